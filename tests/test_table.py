"""Reading a person's CSV: any of its dialects, and whatever else comes."""

import datetime
import time
import tomllib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfaces import Data, read_csv
from surfaces.tables.cells import MAX_NAME
from surfaces.tables.dialect import DIALECTS, MAX_COLUMNS
from surfaces.tables.reading import MAX_BYTES
from surfaces.tables.sample import MAX_ROWS

PLAIN = "age,name,height\n1,Ann,1.5\n2,Bo,-2.5e3\n4,Cy,.5\n"


def columns(table):
    return dict(zip(table.names, table.columns.tolist(), strict=True))


EXPECTED = {"age": [1, 2, 4], "height": [1.5, -2500, 0.5]}

DIALECT = [
    PLAIN,
    PLAIN.replace(",", ";"),
    PLAIN.replace(",", "\t"),
    PLAIN.replace(",", ";").replace(".", ","),
    PLAIN.replace(",", "\t").replace(".", ","),
    PLAIN.replace("\n", "\r\n"),
    PLAIN.replace("\n", "\r"),
    PLAIN.replace("\n", "\n\n"),
    PLAIN.replace("age", ' "age" ').replace("Ann", '"Ann, ""the first"""'),
    PLAIN.replace("Ann", '"two\nlines"'),
    PLAIN.rstrip(),
    PLAIN.replace("-", "−"),
    "sep=,\n" + PLAIN,
    '"SEP=;"\r\n' + PLAIN.replace(",", ";"),
    "sep=\t\n" + PLAIN.replace(",", "\t").replace(".", ","),
    "sep=|\n" + PLAIN.replace(",", "|"),
    "# measured in spring, by Ann\n# and Bo\n\n" + PLAIN,
    "# " + PLAIN,
    PLAIN.replace(",", ",\t"),
    PLAIN.replace(",", " , "),
]


@pytest.mark.parametrize("text", DIALECT, ids=range(len(DIALECT)))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_every_dialect_reads_alike(text, encoding):
    if encoding == "latin-1":
        text = text.replace("−", "\x96")  # an en dash in Windows' Latin, which lacks the minus
    table = read_csv(text.encode(encoding))
    assert columns(table) == EXPECTED
    assert table.note == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_names_keep_their_letters(encoding):
    table = read_csv("Größe,Höhe\n1,2\n3,4\n5,6\n".encode(encoding))
    assert table.names == ("Größe", "Höhe")


def test_a_file_without_names_numbers_its_columns():
    table = read_csv(b"1;2;x\n3;4;y\n5;6;z\n")
    assert columns(table) == {"Column 1": [1, 3, 5], "Column 2": [2, 4, 6]}


@pytest.mark.parametrize(
    "above",
    [
        "Heights\na,b\n",
        "Heights,,\n\na,b\n",
        "a,b\nyears,m\n",
        "Of 2024,\na,b\n(years),\n",
        "From us, them, and others\n\na,b\n",
    ],
)
def test_names_are_the_row_that_fits_of_those_of_words_above_the_numbers(above):
    table = read_csv(above.encode() + b"1,2\nx,4\n5,6\n7,8\n")
    assert table.names == ("a", "b")
    np.testing.assert_array_equal(table.columns[0], [1, np.nan, 5, 7])
    assert table.columns[1].tolist() == [2, 4, 6, 8]


THOUSANDS = {
    "German": (
        "a;b\n1.234;10,5\n999;20,25\n12.000,00;1.035,75\n",
        [1234, 999, 12000],
        [10.5, 20.25, 1035.75],
    ),
    "American": (
        'a,b\n850,"99,500"\n"1,200","1,450.5"\n"2,000,000",-7\n',
        [850, 1200, 2e6],
        [99500, 1450.5, -7],
    ),
    "Swiss": ("a;b\n1'234.5;1\n2’000;2\n7;3\n", [1234.5, 2000, 7], [1, 2, 3]),
    "French": ("a;b\n1 234,5;1\n2\u202f000;2\n7;3\n", [1234.5, 2000, 7], [1, 2, 3]),
    "money": ("a,b\n$10.50,10%\n€ 7,20 %\n-$5,30%\n", [10.5, 7, -5], [10, 20, 30]),
    "decimals, not thousands": (
        "a;b\n1.234;0.5\n2.345;7.25\n3.456;1.5\n",
        [1.234, 2.345, 3.456],
        [0.5, 7.25, 1.5],
    ),
    "three decimals": (
        "a;b\n1,234;2,345\n3,456;4,567\n5,678;6,789\n",
        [1.234, 3.456, 5.678],
        [2.345, 4.567, 6.789],
    ),
}


@pytest.mark.parametrize("name", THOUSANDS)
def test_thousands_and_money_are_read_as_they_are_meant(name):
    text, a, b = THOUSANDS[name]
    assert columns(read_csv(text.encode())) == {"a": a, "b": b}


def test_a_quoted_decimal_comma_between_commas_is_one():
    table = read_csv(b'x,y\n"0,512",1\n"1,234",2\n"2,5",3\n"3,456",4\n')
    assert columns(table) == {"x": [0.512, 1.234, 2.5, 3.456], "y": [1, 2, 3, 4]}


def test_what_is_none_of_three_classes_is_no_gap():
    three = read_csv(b"x,y,s\n1,2,none\n2,3,mild\n3,4,severe\n4,5,none\n")
    assert three.names == ("x", "y")
    assert read_csv(b"x,y,s\n1,2,none\n2,3,mild\n3,4,none\n").names == ("x", "y", "s: none")
    long = 45 * "A"
    alike = read_csv(f"x,y,s\n1,2,{long}1\n2,3,{long}2\n3,4,B\n4,5,B\n".encode())
    assert alike.names == ("x", "y")


def test_years_in_order_are_names():
    bank = b'"Country","1960","1961"\n"A","5","6.5"\n"B","7","8"\n"C","9","10"\n'
    assert read_csv(bank).names == ("1960", "1961")
    assert read_csv(b"2019,2020\n1,2\n3,4\n5,6\n").names == ("2019", "2020")
    assert read_csv(b"2019,2020\n2020,2021\n2022,2023\n").names == ("Column 1", "Column 2")
    assert read_csv(b"2019,1\n2020,2\n2021,3\n2022,5\n").names == ("Column 1", "Column 2")


def test_two_words_are_two_classes():
    table = read_csv(
        b"kind,length,width\nsetosa,5.1,3.5\nvirginica,6.3,3.3\nNA,4,3\nsetosa,4.9,3\n"
    )
    assert table.names == ("length", "width", "kind: virginica")
    np.testing.assert_array_equal(table.columns[2], [0, 1, np.nan, 0])
    assert table.take(("length", "kind: virginica")).note == "1 row has a gap and is left out."
    exam = read_csv(b"1,no\n2,no\n3,yes\n")
    assert columns(exam) == {"Column 1": [1, 2, 3], "yes": [0, 0, 1]}
    three = read_csv(b"kind,length,width\na,5.1,3.5\nb,6.3,3.3\nc,4,3\na,4.9,3\n")
    assert three.names == ("length", "width")


def test_rs_row_names_take_no_columns_name():
    table = read_csv(b'"mpg","wt"\n"Mazda",21,2.6\n"Datsun",22,2.3\n"Fiat",32,2.2\n')
    assert columns(table) == {"mpg": [21, 22, 32], "wt": [2.6, 2.3, 2.2]}
    assert read_csv(b"a,b\n1,2,\n3,4,\n5,6,\n").names == ("a", "b")
    many = ",".join(f"c{i}" for i in range(54))
    assert read_csv((many + ("\nr1" + 54 * ",7") * 3).encode()).names[0] == "c0"


def test_names_may_be_numbers_too_where_one_is_not():
    assert read_csv(b"year,1990,1991\n1,2,3\n4,5,6\n7,8,9\n").names == ("year", "1990", "1991")


def test_names_are_told_apart_and_kept_short():
    table = read_csv(f"a,a,,{'b' * 99}\n1,2,3,4\n5,6,7,8\n9,9,9,9\n".encode())
    assert table.names == ("a", "a (2)", "Column 3", "b" * MAX_NAME)


def test_gaps_are_left_out_and_counted():
    table = read_csv(b"a,b,c\n1,2,3\n,5,6\n7,NA,9\n10,11,?\n13,14,15\n16,17\n19,20,21\n")
    data = table.take(("a", "b"))
    assert data.columns.tolist() == [[1, 10, 13, 16, 19], [2, 11, 14, 17, 20]]
    assert data.note == "2 rows have a gap and are left out."
    assert table.take(("b", "c")).note == "3 rows have a gap and are left out."
    assert table.take(("c", "a")).names == ("c", "a")
    assert read_csv(b"a,b\n1,2\n3,x\n4,5\n6,8").take(("a", "b")).note == (
        "1 row has a gap or what is no number, such as “x”, and is left out."
    )


def test_a_first_row_with_a_gap_is_no_row_of_names():
    assert read_csv(b"NA,1\n2,3\n4,5\n").columns.shape == (2, 3)


def test_of_very_many_columns_the_first_are_offered():
    row = ",".join(map(str, range(MAX_COLUMNS + 9)))
    assert len(read_csv(f"{row}\n{row}\n{row}\n".encode()).names) == MAX_COLUMNS


REFUSED = {
    "empty": (b"", "is empty"),
    "blank": (b"\n\n \n", "is empty"),
    "one column": (b"a\n1\n2\n", "no two columns of numbers"),
    "words": (b"a,b\nx,y\nz,w\n", "no two columns of numbers"),
    "units that differ": (
        b"a;b\nx;1,5 m\ny;180 cm\nz;2 yd\n",
        "no two columns of numbers, as “x” is none: ",
    ),
    "only names": (b"a,b\n", "no two columns of numbers"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "is a picture: choose"),
    "an open quote": (b'a,b\n"' + b"1,2\n" * 99_999, "perhaps a quotation mark is not closed"),
    "one line": (b"1," * 99_999, "longer than 65,536 characters: it is no table"),
    "too large": (b"1,2\n" * 1_000_001, "has 4.0 MB, and at most 4 MB are read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_of_numbers_is_refused_in_a_sentence(name):
    content, sentence = REFUSED[name]
    with pytest.raises(ValueError, match=sentence) as refusal:
        read_csv(content)
    assert_one_sentence(refusal.value)


@pytest.mark.parametrize(("rows", "words"), [(1, "1 row"), (2, "2 rows")])
def test_too_few_rows_are_refused_without_advice_that_cannot_help(rows, words):
    with pytest.raises(ValueError, match=rf"^The file has {words} of numbers, and at least 3 .*"):
        read_csv(b"a,b\n" + b"1,2\n" * rows)


def test_a_column_of_row_numbers_keeps_its_name():
    assert read_csv(b"#,a\n1,2\n2,3\n3,5\n").names == ("#", "a")
    assert read_csv(b"# one remark\n1,2\n2,3\n3,5\n").names == ("Column 1", "Column 2")


def test_columns_with_too_few_or_equal_numbers_are_refused_when_they_are_chosen():
    with pytest.raises(
        ValueError, match=r"^3 rows with numbers in “a” and “b” are needed, not 2: fill .*\.$"
    ):
        read_csv(b"a,b,c\n1,2,3\n4,,5\n2,4,9\n,5,6\n").take(("a", "b"))
    with pytest.raises(ValueError, match=r"^“b” has the same number in every row.*\.$"):
        read_csv(b"a,b\n1,2\n2,2\n3,2\n").take(("a", "b"))
    with pytest.raises(ValueError, match=r"^The file has no column of numbers “c”\.$"):
        read_csv(PLAIN.encode()).take(("age", "c"))


HOSTILE = {
    "a hundred thousand rows": b"1,2\n" * 100_000,
    "long rows": (b"1," * 32_000 + b"\n") * 60,
    "long words": (b"1" * 65_000 + b"x\n") * 60,
    "long words, no end": b"1" * MAX_BYTES,
    "quotes": b'"' * MAX_BYTES,
    "wide letters": "a😀,b\n".encode() + b"1,2\n" * 50_000,
    "zeros": b"\0" * MAX_BYTES,
    "blank lines": b"1,2\n" + b"\n" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_takes_more_than_ten_megabytes(name):
    content = HOSTILE[name]
    tracemalloc.start()
    try:
        assert_a_table_or_a_sentence(content)
        assert tracemalloc.get_traced_memory()[1] < 10e6
    finally:
        tracemalloc.stop()


# Fuzz

FUZZ = settings(max_examples=max(300, settings.default.max_examples))


def assert_one_sentence(error):
    text = str(error)
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) <= 250


def assert_a_table_or_a_sentence(content):
    try:
        table = read_csv(content)
    except ValueError as error:
        return assert_one_sentence(error)
    assert len(table.names) == len(set(table.names)) == len(table.columns) >= 2
    assert all(0 < len(name) <= MAX_NAME and name.strip() == name for name in table.names)
    assert table.columns.shape[1] <= MAX_ROWS
    assert not np.isinf(table.columns).any()
    try:
        data = table.take(table.names[:2])
    except ValueError as error:
        return assert_one_sentence(error)
    assert np.isfinite(data.columns).all()
    return None


pieces = st.sampled_from(
    [
        *"0123456789,,,;;\t\n\n\n\r.-+eE \"'",
        "1.5",
        "2,5",
        "nan",
        "inf",
        "1e999",
        "ä",
        "\ufeff",
        "\0",
    ]
)


@FUZZ
@given(st.binary(max_size=300) | st.lists(pieces, max_size=80).map(lambda p: "".join(p).encode()))
def test_fuzz_any_bytes_are_a_table_or_a_sentence(content):
    begin = time.process_time()
    assert_a_table_or_a_sentence(content)
    assert time.process_time() - begin < 1


numbers = st.floats(-1e6, 1e6).map(lambda v: float(f"{v:.6g}")) | st.integers(-999, 999).map(float)
words = st.text(st.characters(categories=["L"], max_codepoint=0xFF), min_size=1, max_size=8).filter(
    lambda word: word.lower() not in {"na", "nan", "null", "none"}
)


def test_a_short_table_of_gaps_is_cut_where_its_rows_are_equally_long():
    table = read_csv(b"A\tB\n\t\n0,0\t\n0,0\t0,5\n0,0\t0,5\n")
    assert table.names == ("A", "B")
    np.testing.assert_array_equal(table.columns[1], [np.nan, np.nan, 0.5, 0.5])
    halves = read_csv(b"1,5\t \n \t2,5\n 3,5\t\n4,5\t \n5,5\t6,5\n")
    np.testing.assert_array_equal(
        halves.columns, [[1.5, np.nan, 3.5, 4.5, 5.5], [np.nan, 2.5, *2 * [np.nan], 6.5]]
    )
    nameless = read_csv(b"\t\n" + 3 * b"\t0,5\n" + 2 * b"0,5\t0,5\n")
    assert nameless.names == ("Column 1", "Column 2")
    np.testing.assert_array_equal(nameless.columns[1], [np.nan, *5 * [0.5]])


@FUZZ
@given(st.data())
def test_fuzz_a_table_that_is_written_in_any_dialect_is_read_again(data):
    names = data.draw(st.lists(words, min_size=2, max_size=4, unique=True))
    whole = st.tuples(*len(names) * [numbers])
    some = st.tuples(*len(names) * [st.none() | numbers | numbers])
    lone = numbers.flatmap(lambda one: st.permutations([one, *(len(names) - 1) * [None]]))
    rows = data.draw(st.lists(data.draw(st.sampled_from([some, lone])), min_size=2, max_size=12))
    # Two full rows say what the columns are, whatever gaps the others have.
    rows += data.draw(st.lists(whole, min_size=2, max_size=2))
    separator, decimal = data.draw(st.sampled_from([d for d in DIALECTS if d != (",", ",")]))
    gaps = ["NA", "n/a", "-"] if separator == " " else ["", "NA", "n/a", "-", " "]
    gap = data.draw(st.sampled_from(gaps))
    quote = data.draw(st.sampled_from(["", '"']))
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]))

    def cell(value):
        text = gap if value is None else repr(value).replace(".", decimal)
        return f"{quote}{text}{quote}"

    header = data.draw(st.booleans())
    lines = [separator.join(names)] if header else []
    lines += [separator.join(map(cell, row)) for row in rows]
    table = read_csv(end.join(lines).encode(encoding))
    expected = np.array([[np.nan if v is None else v for v in row] for row in rows]).T
    np.testing.assert_array_equal(table.columns, expected)
    if header:
        assert table.names == tuple(names)
    else:
        assert table.names == tuple(f"Column {i + 1}" for i in range(len(names)))


days = st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31))
long = st.integers(-9_999_999, 9_999_999)


@st.composite
def columns_as_people_write_them(draw, rows, decimal):
    """What is meant (n,), and how it is written; two rows prove the spelling, whatever the rest."""
    other = {".": ",", ",": "."}[decimal]
    kind = draw(st.sampled_from(["plain", "thousands", "money", "unit", "date"]))
    if kind == "date":
        write = draw(st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d-%b-%Y", "%Y%m%d"]))
        some = draw(st.lists(days, min_size=rows - 2, max_size=rows - 2))
        some += [datetime.date(2001, 3, 4), datetime.date(2001, 3, 17)]
        first = min(some)
        # Python writes a year before 1000 in three digits on some systems, so there is none.
        cells = [day.strftime(write) for day in some]
        if write == "%Y%m%d" and not all(1800 <= day.year < 2200 for day in some):
            cells = [day.isoformat() for day in some]
        return [(day - first).days for day in some], cells
    if kind == "plain":
        meant = [*draw(st.lists(numbers, min_size=rows - 2, max_size=rows - 2)), 0.5, 1.25]
        return meant, [repr(v).replace(".", decimal) for v in meant]
    meant = [*draw(st.lists(long, min_size=rows - 2, max_size=rows - 2)), 1234567, -7654321]
    by = draw(st.sampled_from([other, "'", "\u202f"])) if kind != "unit" else ""
    cells = [f"{v:,}".replace(",", by) for v in meant]
    if kind == "money":
        sign = draw(st.sampled_from(["CHF {}", "{} EUR", "${}", "{} €", "R$ {}", "{}%"]))
        cells = [sign.format(cell) for cell in cells]
    if kind == "unit":
        cells = [f"{cell} kg" for cell in cells]
    return meant, cells


@st.composite
def tables_as_people_have_them(draw):
    """The text of a table, its names and its numbers."""
    many, rows = draw(st.integers(2, 4)), draw(st.integers(4, 9))
    separator = draw(st.sampled_from([",", ";", "\t", "|", " "]))
    decimal = draw(st.sampled_from([".", ","]))
    meant, cells = zip(
        *[draw(columns_as_people_write_them(rows, decimal)) for _ in range(many)], strict=True
    )
    quoted = separator in ", " or draw(st.booleans())
    years = draw(st.booleans())
    start, step = draw(st.integers(1900, 1950)), draw(st.sampled_from([1, 5, 10]))
    names = [str(start + step * i) for i in range(many)]
    if not years:
        names = draw(st.lists(words, min_size=many, max_size=many, unique=True))
    lines = [names, *zip(*cells, strict=True)]
    if quoted:
        lines = [[f'"{cell}"' for cell in line] for line in lines]
    texts = [separator.join(line) for line in lines]
    if separator == "|" and draw(st.booleans()):
        texts = [f"| {text} |" for text in texts]
        texts.insert(1, "|" + many * "---|")
    if separator != " " and draw(st.booleans()):
        texts.insert(0, draw(st.sampled_from(["Table of things", "# a remark", "Station 7"])))
    return "\n".join(texts), names, meant


@FUZZ
@given(tables_as_people_have_them())
def test_fuzz_a_table_as_people_have_it_has_the_numbers_that_are_meant(table):
    text, names, meant = table
    read = read_csv(text.encode())
    assert [name.split(": ")[0] for name in read.names] == names
    np.testing.assert_array_equal(read.columns, np.array(meant, float))


@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=20))
def test_fuzz_rows_become_data_or_a_sentence(rows):
    columns = np.array(rows).T
    try:
        data = Data(("a", "b"), columns)
    except ValueError as error:
        return assert_one_sentence(error)
    assert data.rows == len(rows)
    assert len(data.digest) == 12
    return None


def test_the_server_takes_no_larger_file_than_is_read():
    config = tomllib.loads((Path(__file__).parent.parent / ".streamlit/config.toml").read_text())
    assert config["server"]["maxUploadSize"] * 1_000_000 == MAX_BYTES
