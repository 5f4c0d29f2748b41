"""Tables as programs and people write them, each with the numbers that are meant."""

import numpy as np
import pytest

from surfaces import ROW_NUMBER, Reading, read_csv

GAP = float("nan")


def same(table, expected):
    assert table.names == tuple(expected)
    np.testing.assert_array_equal(table.columns, list(expected.values()))


# Names that are numbers

GAPMINDER = {"1952": [1252.57, 4079.06, 5195.48], "1957": [1385.23, 4616.04, 5787.73]}
NAMED = {
    "years in quotes": (
        '"continent","1952","1957"\n"Africa",1252.57,1385.23\n"Americas",4079.06,4616.04\n'
        '"Asia",5195.48,5787.73\n',
        GAPMINDER,
    ),
    "years without": (
        "continent,1952,1957\nAfrica,1252.57,1385.23\nAmericas,4079.06,4616.04\n"
        "Asia,5195.48,5787.73\n",
        GAPMINDER,
    ),
    "years, all in quotes": (
        '"land","1952","1957"\n"A","1252.57","1385.23"\n"B","4079.06","4616.04"\n'
        '"C","5195.48","5787.73"\n',
        GAPMINDER,
    ),
    "years that fall, unevenly": (
        "2020,2015,2005\n1.5,2,3\n4,5,6\n7,8,10\n",
        {"2020": [1.5, 4, 7], "2015": [2, 5, 8], "2005": [3, 6, 10]},
    ),
    "one year": ("name;2020\nAnn;5\nBo;6\nCy;8\n", {ROW_NUMBER: [1, 2, 3], "2020": [5, 6, 8]}),
    "numbers in quotes": (
        '"10","20"\n1,2\n3,4\n5,7\n',
        {"10": [1, 3, 5], "20": [2, 4, 7]},
    ),
    "pandas without names": (
        ",0,1,2\n0,1.5,2.5,3.5\n1,4.5,5.5,6.5\n2,7.5,8,9\n",
        {
            "Column 1": [0, 1, 2],
            "0": [1.5, 4.5, 7.5],
            "1": [2.5, 5.5, 8],
            "2": [3.5, 6.5, 9],
        },
    ),
    "pandas without names or index": (
        "0,1,2\n5.1,3.5,1.4\n4.9,3,1.5\n6.2,3.4,5\n",
        {"0": [5.1, 4.9, 6.2], "1": [3.5, 3, 3.4], "2": [1.4, 1.5, 5]},
    ),
    "pandas' index and one series": (
        ",v\n0,1.5\n1,4.5\n2,7.5\n",
        {"Column 1": [0, 1, 2], "v": [1.5, 4.5, 7.5]},
    ),
    "pandas' index of dates and one series": (
        ",v\n2020-01-01,1.5\n2020-01-02,4.5\n2020-01-05,7.5\n",
        {"days since 2020-01-01": [0, 1, 4], "v": [1.5, 4.5, 7.5]},
    ),
    "dates over numbers": (
        "Province,Country,Lat,1/22/20,1/23/20\n,A,1.5,0,1\nx,B,2.5,4,6\n,C,5,7,8\n",
        {"Lat": [1.5, 2.5, 5], "1/22/20": [0, 4, 7], "1/23/20": [1, 6, 8]},
    ),
    "months over numbers": (
        "A,2020-01,2020-02\nx,1,2\ny,2,4\nz,5,9\n",
        {"2020-01": [1, 2, 5], "2020-02": [2, 4, 9]},
    ),
    "the World Bank's": (
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2020-01-01",\n\n'
        '"Country Name","Country Code","1960","1961",\n"Aruba","ABW","54211","55438",\n'
        '"Angola","AGO","5643182","5753024",\n"Albania","ALB","1608800","",\n',
        {"1960": [54211, 5643182, 1608800], "1961": [55438, 5753024, GAP]},
    ),
    "two levels of pandas": (
        ",a,a,b\n,x,y,x\nidx,,,\nr1,1,2,3\nr2,2,3,5\nr3,4,5,9\n",
        {"a x": [1, 2, 4], "a y": [2, 3, 5], "b x": [3, 5, 9]},
    ),
    "merged cells of Excel": (
        "A;;B;\nx;y;x;y\n1;2;3;4\n2;3;4;5\n5;6;7;9\n",
        {"A x": [1, 2, 5], "A y": [2, 3, 6], "B x": [3, 4, 7], "B y": [4, 5, 9]},
    ),
    "a title": (
        "My measurement\n1,2\n2,3\n4,7\n",
        {"Column 1": [1, 2, 4], "Column 2": [2, 3, 7]},
    ),
    "a title in quotes": (
        '"My measurement, in May"\n1;2\n2;3\n4;7\n',
        {"Column 1": [1, 2, 4], "Column 2": [2, 3, 7]},
    ),
    "a title with a year": (
        "Results, 2024\nx,y\n1,2\n2,3\n4,7\n",
        {"x": [1, 2, 4], "y": [2, 3, 7]},
    ),
    "titles and a blank line": (
        "Station 7\nMay 2024\n\nx;y\n1,5;2\n2;3\n4;7,5\n",
        {"x": [1.5, 2, 4], "y": [2, 3, 7.5]},
    ),
    "units under the names": ("t,v\ns,m/s\n0,1\n1,2\n2,5\n", {"t": [0, 1, 2], "v": [1, 2, 5]}),
    "a word in the first row of numbers": (
        "a,b\nunknown,3\n1,2\n4,5\n7,9\n",
        {"a": [GAP, 1, 4, 7], "b": [3, 2, 5, 9]},
    ),
    "R's, with names of rows": (
        '"","speed","dist"\n"a",4,2\n"b",4,10\n"c",7,4\n',
        {"speed": [4, 4, 7], "dist": [2, 10, 4]},
    ),
    "R's, of one column": ('"x"\n"a",4\n"b",5\n"c",7\n', {ROW_NUMBER: [1, 2, 3], "x": [4, 5, 7]}),
    "none, as at UCI": (
        "5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n6.1,3.2,Iris-virginica\n",
        {"Column 1": [5.1, 4.9, 6.1], "Column 2": [3.5, 3, 3.2], "Iris-virginica": [0, 0, 1]},
    ),
}


@pytest.mark.parametrize("kind", NAMED)
def test_names_are_found_whatever_they_look_like(kind):
    text, expected = NAMED[kind]
    same(read_csv(text.encode()), expected)


def test_rows_of_years_are_no_names_where_others_hold_years_too():
    same(
        read_csv(b"1950,1960\n1951,1970\n1960,1990\n"),
        {"Column 1": [1950, 1951, 1960], "Column 2": [1960, 1970, 1990]},
    )
    assert read_csv(b"1600,1850\n2400,2500\n1416,1600\n").columns.shape == (2, 3)


def test_long_names_that_differ_at_their_ends_are_told_apart():
    common = "Percentage of the population from 15 to 24 years of age that is "
    ends = ("at school", "at work", "at neither", "at both")
    names = read_csv((",".join(common + e for e in ends) + "\n1,2,3,4\n2,3,4,5\n5,6,7,9").encode())
    for name, end in zip(names.names, ends, strict=True):
        assert name.startswith("Percentage")
        assert name.endswith(end)
        assert len(name) <= 40
    dates = "".join(f"2020-01-0{i},2020-02-0{i}\n" for i in (1, 2, 4))
    for name in read_csv(f"{common}begun,{common}over\n{dates}".encode()).names:
        assert name.endswith("since 2020-01-01") or name.endswith("since 2020-02-01")
        assert len(name) <= 40
    middle = [f"{'a' * 30} {word} {'b' * 60}" for word in ("first", "second")]
    one, other = read_csv((",".join(middle) + "\n1,2\n2,3\n5,6").encode()).names
    assert "first" in one
    assert "second" in other


# Numbers

CITIES = [1084831, 773068, 632865, 336465]
SPELLED = {
    "one cell of two groups": (
        "Stadt;Einwohner;Rang\nKöln;1.084.831;4\nFrankfurt;773.068;5\nStuttgart;632.865;6\n"
        "Leipzig;336.465;8\n",
        {"Einwohner": CITIES, "Rang": [4, 5, 6, 8]},
    ),
    "one cell of two groups in another column": (
        "a;b\n1.084.831;12.345\n2.000;10.000\n3.000;9.876\n",
        {"a": [1084831, 2000, 3000], "b": [12345, 10000, 9876]},
    ),
    "columns that prove either sign": (
        "a;b\n1.084.831;0.5\n773.068;0.25\n632.865;0.75\n",
        {"a": CITIES[:3], "b": [0.5, 0.25, 0.75]},
    ),
    "the same with commas": (
        'a,b\n"1,084,831",4\n"773,068",5\n"632,865",6\n',
        {"a": CITIES[:3], "b": [4, 5, 6]},
    ),
    "Swiss francs": (
        "a;b\nCHF 1'234.50;1\nCHF 12.00;2\nCHF 5’000.00;4\n",
        {"a": [1234.5, 12, 5000], "b": [1, 2, 4]},
    ),
    "euros by their code": (
        "a,b\n1200 EUR,1\n1300 EUR,2\n900 eur,4\n",
        {"a": [1200, 1300, 900], "b": [1, 2, 4]},
    ),
    "French Excel": (
        "Année;Montant\n2019;1 234,50 €\n2020;1\u202f300,00 €\n2021;999,99 €\n",
        {"Année": [2019, 2020, 2021], "Montant": [1234.5, 1300, 999.99]},
    ),
    "Swiss prices without cents": (
        "a;b\nFr. 12.-;1\nCHF 5.—;2\n1'234.50;4\n",
        {"a": [12, 5, 1234.5], "b": [1, 2, 4]},
    ),
    "reals, rupees and crowns": (
        "a;b;c\nR$ 1.234,56;Rs. 500;5 Kč\nR$ 2,00;Rs. 700;6 Kč\nR$ 3,00;Rs. 1.000;7,5 Kč\n",
        {"a": [1234.56, 2, 3], "b": [500, 700, 1000], "c": [5, 6, 7.5]},
    ),
    "lakhs and crores": (
        'a,b\n"12,34,567",1\n"1,23,456.50",2\n"₹ 45,000",4\n',
        {"a": [1234567, 123456.5, 45000], "b": [1, 2, 4]},
    ),
    "accountants' brackets": (
        'a,b\n"(1,234.50)",1-\n"$2,000.00",2\n"($5.00)",4\n',
        {"a": [-1234.5, 2000, -5], "b": [-1, 2, 4]},
    ),
    "one unit": (
        "länge;masse;n\n1,5 m;170kg;2\n2,5 m;180kg;3\n3 m;175kg;4\n",
        {"länge": [1.5, 2.5, 3], "masse": [170, 180, 175], "n": [2, 3, 4]},
    ),
    "thousands by a letter": (
        "a,b,c\n1.5k,$1.5M,1.5k\n200,$200K,2k\n2K,$3B,3k\n",
        {"a": [1500, 200, 2000], "b": [1.5e6, 2e5, 3e9], "c": [1.5, 2, 3]},
    ),
    "powers of ten": (
        "a,b\n1.5×10^3,1\n2 x 10^-2,2\n3·10⁴,4\n",
        {"a": [1500, 0.02, 30_000], "b": [1, 2, 4]},
    ),
    "what Excel takes for text": (
        'a,b\n"=""1""",1\n="2",2\n="3.5",4\n',
        {"a": [1, 2, 3.5], "b": [1, 2, 4]},
    ),
    "digits of other scripts": (
        "a;b;c\n１,５;١;۱\n２;٢;۲\n３;٤;۴\n",
        {"a": [1.5, 2, 3], "b": [1, 2, 4], "c": [1, 2, 4]},
    ),
    "stars that are no minus": (
        "a,b,c\n5-star,1,1\n4-star,2,2\n3-star,4,3\n",
        {"b": [1, 2, 4], "c": [1, 2, 3]},
    ),
    "days of a month without a year": (
        "a,b,c\n" + "".join(f"{i} Jan,{i * i},{i}\n" for i in range(1, 31)) + "1 Feb,1,31\n",
        {"b": [*(i * i for i in range(1, 31)), 1], "c": list(range(1, 32))},
    ),
    "a unit that a cell lacks": (
        "a,b\n" + "".join(f"{i} °C,{i * i}\n" for i in range(12)) + "12,144\n",
        {"a": list(range(13)), "b": [i * i for i in range(13)]},
    ),
    "Fortran's exponents": (
        "  1.5D+03   2.0\n  2.5D-01   3.0\n  1.0D+00   5.0\n",
        {"Column 1": [1500, 0.25, 1], "Column 2": [2, 3, 5]},
    ),
}


@pytest.mark.parametrize("kind", SPELLED)
def test_numbers_are_read_in_every_spelling(kind):
    text, expected = SPELLED[kind]
    same(read_csv(text.encode()), expected)


def test_a_proof_of_thousands_counts_wherever_it_stands_in_a_long_file():
    rows = [f"x{i};{100 + i % 800}.{i % 900 + 100}" for i in range(3000)]
    rows[1717] = "x;1.084.831"
    table = read_csv(("Stadt;Einwohner\n" + "\n".join(rows)).encode())
    numbers = table.columns[table.names.index("Einwohner")]
    assert (numbers >= 100_000).all()


def test_a_cell_that_is_no_number_is_quoted_alone():
    with pytest.raises(ValueError, match="as “1,5 m” is none:"):
        read_csv(b"1,5 m;x\n2,5 ft;y\n30 cm;z\n")


# How columns are told apart

PLAIN = {"x": [1, 2, 10], "y": [2.5, 3, 4.5]}
CUT = {
    "Markdown": "| x | y |\n|---|:-:|\n| 1 | 2.5 |\n| 2 | 3 |\n| 10 | 4.5 |\n",
    "Markdown without outer bars": "x | y\n--- | ---\n1 | 2.5\n2 | 3\n10 | 4.5\n",
    "a database's prompt": " x  |  y\n----+-----\n  1 | 2.5\n  2 |   3\n 10 | 4.5\n",
    "a frame of dashes": "+----+-----+\n| x | y |\n+====+=====+\n| 1 | 2.5 |\n+----+-----+\n"
    "| 2 | 3 |\n| 10 | 4.5 |\n+----+-----+\n",
    "bars": "x|y\n1|2.5\n2|3\n10|4.5\n",
    "bars and commas": "x|y\n1|2,5\n2|3\n10|4,5\n",
    "spaces": "x y\n1 2.5\n2 3\n10 4.5\n",
    "aligned by spaces": "   x    y\n   1  2.5\n   2  3.0\n  10  4.5\n",
    "spaces and decimal commas": "x y\n1,0 2,5\n2,0 3,0\n10,0 4,5\n",
    "spaces and tabs": "x \t y\n1\t 2.5\n2  3\n10 \t4.5\n",
    "numpy.savetxt's": "# x y\n1.0 2.5\n2.0 3.0\n10.0 4.5\n",
    "MATLAB's comments": "% made in May\n% x y\n1 2.5\n2 3\n10 4.5\n",
    "R's write.table": '"x" "y"\n"a b" 1 2.5\n"c" 2 3\n"d e f" 10 4.5\n',
    "an empty first column": ",x,y\n,1,2.5\n,2,3\n,10,4.5\n",
    "separators at the end": "x;y;\n1;2,5;\n2;3;\n10;4,5;\n",
    "a total below": "n,x,y\na,1,2.5\nb,2,3\nc,10,4.5\nTotal,13,10\n",
    "a total above, and a mean below": "n,x,y\nGrand Total,13,10\na,1,2.5\nb,2,3\nc,10,4.5\n"
    "Mean,4.3,3.3\n",
    "a German total and blank lines": "n;x;y\na;1;2,5\nb;2;3\nc;10;4,5\nSumme;13;10\n;;\n",
    "cells of several lines": 'x,note,y\n1,"two\nlines",2.5\n2,"a, b",3\n10,"say ""x""",4.5\n',
    "a stated colon": "sep=:\nx:y\n1:2.5\n2:3\n10:4.5\n",
    "a stated bar": "sep=|\r\nx|y\r\n1|2,5\r\n2|3\r\n10|4,5\r\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("kind", CUT)
def test_columns_are_told_apart_by_whatever_parts_them(kind, encoding):
    table = read_csv(CUT[kind].encode(encoding))
    np.testing.assert_array_equal(table.columns[:, :3], list(PLAIN.values()))
    assert table.names == tuple(PLAIN)


def test_a_table_of_uci_has_spaces_a_tab_and_gaps():
    table = read_csv(
        b'18.0   8   307.0      130.0\t"chevrolet chevelle malibu"\n'
        b'15.0   8   350.0      165.0\t"buick skylark 320"\n18.0   4   318.0      ?\t"ply"\n'
    )
    np.testing.assert_array_equal(table.columns[3], [130, 165, GAP])
    np.testing.assert_array_equal(table.columns[0], [18, 15, 18])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\x14\0\6\0" + bytes(60), "a workbook or an archive: .* save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(60), "an old workbook: .* save it as CSV"),
        (b"%PDF-1.7\n1 2 3\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "a picture"),
        (b"\xff\xd8\xff\xe0" + bytes(60), "a picture"),
        (b"\x1f\x8b\x08" + bytes(60), "compressed: unpack it"),
        (b"PAR1" + bytes(60), "Parquet"),
        (b"\x93NUMPY" + bytes(60), "numpy.savetxt"),
        (b'{"a": [1, 2, 3]}', "JSON"),
        (b"[[1, 2],\n[3, 4],\n[5, 6]]", "JSON"),
        (b"<!DOCTYPE html>\n<p>1,2", "a web page"),
        (b"\xef\xbb\xbf<html>", "a web page"),
    ],
)
def test_a_file_of_another_kind_is_answered_in_words(content, words):
    with pytest.raises(ValueError, match=rf"^The file is .*{words}.*\.$"):
        read_csv(content)


ROWS = ["x y z", "1 2 3", "2 - 4", "3 5 7", "4 1 2", "- 3 9"]
FIXED = {
    "left": [[f"{cell:<6}" for cell in row.split()] for row in ROWS],
    "right": [[f"{cell:>6}" for cell in row.split()] for row in ROWS],
    "ruled": [
        [f"{cell:<6}" for cell in row.split()] for row in [ROWS[0], "--- --- ---", *ROWS[1:]]
    ],
    "beside words": [
        [f"{cell:<6}" for cell in (name, *row.split())]
        for name, row in zip(["name", "ann", "bob", "cy", "dan", "eve"], ROWS, strict=True)
    ],
}


@pytest.mark.parametrize("kind", FIXED)
def test_a_gap_in_columns_of_fixed_width_is_one_in_its_own_column(kind):
    lines = ["".join(cells).rstrip() for cells in FIXED[kind]]
    text = "\n".join(line if "---" in line else line.replace("-", " ") for line in lines)
    table = read_csv(text.encode())
    assert table.names == ("x", "y", "z")
    gaps = np.nan
    columns = [[1, 2, 3, 4, gaps], [2, gaps, 5, 1, 3], [3, 4, 7, 2, 9]]
    np.testing.assert_array_equal(table.columns, columns)


def test_rows_that_only_end_early_are_cut_where_their_spaces_are():
    table = read_csv(b"1 2 3\n10 20\n3 4 5\n2 2 1\n")
    np.testing.assert_array_equal(table.columns, [[1, 10, 3, 2], [2, 20, 4, 2], [3, np.nan, 5, 1]])


# Dates and the row's number

DAYS = ([0, 1, 33], "days since 2020-01-30")
MONTHS = ([0, 1, 14], "months since 2020-01")
DATES = {
    "ISO": (["2020-01-30", "2020-01-31", "2020-03-03"], *DAYS),
    "ISO with slashes": (["2020/1/30", "2020/1/31", "2020/3/3"], *DAYS),
    "compact": (["20200130", "20200131", "20200303"], *DAYS),
    "American": (["1/30/2020", "1/31/2020", "3/3/2020"], *DAYS),
    "American, short": (["1/30/20", "1/31/20", "3/3/20"], *DAYS),
    "British": (["30/01/2020", "31/01/2020", "03/03/2020"], *DAYS),
    "German": (["30.01.2020", "31.1.2020", "3.3.20"], *DAYS),
    "Dutch": (["30-01-2020", "31-01-2020", "03-03-2020"], *DAYS),
    "Oracle": (["30-JAN-20", "31-JAN-20", "03-MAR-20"], *DAYS),
    "English": (["January 30, 2020", "Jan. 31, 2020", "March 3, 2020"], *DAYS),
    "English, the day first": (["30 January 2020", "31st Jan 2020", "3rd Mar 2020"], *DAYS),
    "with weekdays": (["Thu, 30 Jan 2020", "Friday, 31 Jan 2020", "Tue, 3 Mar 2020"], *DAYS),
    "German months": (["30. Januar 2020", "31. Jan. 2020", "3. März 2020"], *DAYS),
    "French months": (["30 janvier 2020", "31 janv. 2020", "3 mars 2020"], *DAYS),
    "Oracle, of one month": (
        ["02-JAN-20", "03-JAN-20", "06-JAN-20"],
        [0, 1, 4],
        "days since 2020-01-02",
    ),
    "French, the first": (
        ["1er janvier 2020", "2 janvier 2020", "1er mai 2020"],
        [0, 1, 121],
        "days since 2020-01-01",
    ),
    "Italian, the first": (
        ["1º marzo 2020", "2 marzo 2020", "1º aprile 2020"],
        [0, 1, 31],
        "days since 2020-03-01",
    ),
    "Spanish": (["30 de enero de 2020", "31 de enero del 2020", "3 de marzo de 2020"], *DAYS),
    "Portuguese": (["30 de janeiro de 2020", "31 de janeiro de 2020", "3 de março de 2020"], *DAYS),
    "Japanese and Chinese": (["2020年1月30日", "2020年1月31日", "2020年3月3日"], *DAYS),
    "Korean": (["2020. 1. 30", "2020. 1. 31", "2020년 3월 3일"], *DAYS),
    "Hungarian": (["2020. 01. 30.", "2020. 01. 31.", "2020. 03. 03."], *DAYS),
    "days of the year": (["2020-030", "2020-031", "2020-063"], *DAYS),
    "Japanese and Chinese months": (["2020年1月", "2020年2月", "2021年3月"], *MONTHS),
    "timestamps": (
        ["2020-01-30T12:00:00Z", "2020-01-31 00:00", "2020-03-03T18:00:00.000+02:00"],
        [0.5, 1, 33 + 16 / 24],
        "days since 2020-01-30",
    ),
    "Google Sheets": (
        ["1/30/2020 13:30:00", "1/31/2020 0:00:00", "3/3/2020 6:00 PM"],
        [0.5625, 1, 33.75],
        "days since 2020-01-30",
    ),
    "weeks": (["2020-W05", "2020-W06", "2020-W10"], [0, 7, 35], "days since 2020-01-27"),
    "months": (["2020-01", "2020-02", "2021-03"], *MONTHS),
    "months by name": (["Jan 2020", "February 2020", "Mar-2021"], *MONTHS),
    "months of Excel": (["Jan-20", "Feb-20", "Mar-21"], *MONTHS),
    "months of the IMF": (["2020M01", "2020M2", "2021M03"], *MONTHS),
    "months, the year last": (["01/2020", "02/2020", "03/2021"], *MONTHS),
    "firsts of months": (["2020-01-01", "2020-02-01", "2021-03-01"], [0, 1, 14], MONTHS[1] + "-01"),
    "lasts of months": (["2020-01-31", "2020-02-29", "2021-03-31"], [0, 1, 14], MONTHS[1] + "-31"),
    "quarters": (["2020Q1", "2020-Q2", "2021 Q4"], [0, 3, 21], "months since 2020-01"),
    "quarters, the year last": (["Q1 2020", "Q2/2020", "4Q2021"], [0, 3, 21], MONTHS[1]),
    "new years": (["1950-01-01", "1951-01-01", "1960-01-01"], [0, 1, 10], "years since 1950-01-01"),
    "seasons": (["2009/10", "2010/11", "2011/12"], [0, 1, 2], "years since 2009"),
    "seasons that could be months": (
        ["2009-10", "2010-11", "2011-12"],
        [0, 1, 2],
        "years since 2009",
    ),
    "not in order": (["2020-01-31", "2020-03-03", "2020-01-30"], [1, 33, 0], DAYS[1]),
}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("kind", DATES)
def test_dates_are_numbers_since_the_first_and_say_so(kind, separator):
    cells, numbers, since = DATES[kind]
    if separator == ",":
        cells = [f'"{cell}"' for cell in cells]
    lines = [f"date{separator}value", *(f"{c}{separator}{i}.5" for i, c in enumerate(cells))]
    table = read_csv("\n".join(lines).encode())
    assert table.names == (f"date: {since}", "value")
    np.testing.assert_allclose(table.columns, [numbers, [0.5, 1.5, 2.5]], rtol=1e-14)


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["1/2/2020", "2/2/2020", "13/2/2020"], "day"),
        (["2/1/2020", "2/2/2020", "2/13/2020"], "month"),
        (["5/1/2020", "3/2/2020", "4/3/2020"], "day"),  # else they would not rise
        (["1/11/2020", "2/3/2020", "3/7/2020"], "month"),
        (["1/2/2020", "1/3/2020", "1/4/2020"], "month"),  # nothing tells: as in America
    ],
)
def test_day_and_month_are_told_apart_by_what_they_can_be_and_by_their_order(cells, order):
    text = "date,v\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells))
    table = read_csv(text.encode())
    assert table.seen.reading.order == order
    for said in ("day", "month"):
        if said == order:
            again = read_csv(text.encode(), Reading(order=said))
            np.testing.assert_array_equal(again.columns, table.columns)


def test_where_commas_are_decimal_the_day_comes_first_and_a_person_may_say_otherwise():
    text = b"date;v\n1/2/2020;0,5\n1/3/2020;1,5\n1/4/2020;3\n"
    assert read_csv(text).names[0] == "date: months since 2020-02-01"
    assert read_csv(text, Reading(order="month")).names[0] == "date: days since 2020-01-02"


def test_rows_that_sum_up_others_are_left_out_and_named_unless_they_are_like_others():
    table = read_csv(b"n,x,y\na,1,2\nb,2,3\nc,4,5\nTotal:,7,10\n")
    assert table.note == "The row “Total:” is left out."
    assert read_csv(b"n,x,y\nsum,1,2\na,2,3\nsum,4,5\nsum,7,9\n").columns.shape[1] == 4


def test_what_is_no_date_is_left_out_and_named():
    table = read_csv(b"date,v\n2020-01-01,1\nsoon,2\n2020-02-30,3\n2020-01-05,4\n2020-01-09,6\n")
    np.testing.assert_array_equal(table.columns[0], [0, GAP, GAP, 4, 8])
    assert "“soon”" in table.take(table.names).note
    assert read_csv(b"a,b,c\n12-34,1,2\n56-78,2,3\n90-12,3,5\n").names == ("b", "c")


def test_the_row_s_number_can_always_be_taken_and_stands_beside_a_single_column():
    table = read_csv(b"a,b\n1,2\n3,3\n5,8\n")
    assert table.names == ("a", "b")
    assert table.choices == ("a", "b", ROW_NUMBER)
    assert table.take((ROW_NUMBER, "b")).columns.tolist() == [[1, 2, 3], [2, 3, 8]]
    assert read_csv(b"5\n6\n9\n").columns.tolist() == [[1, 2, 3], [5, 6, 9]]
    same(read_csv(b"land,pop\nA,5\nB,6\nC,9\n"), {ROW_NUMBER: [1, 2, 3], "pop": [5, 6, 9]})
    gaps = read_csv(b"v\n5\nNA\n7\n9\n")
    assert gaps.take(gaps.names).columns.tolist() == [[1, 3, 4], [5, 7, 9]]


# What a person knows better

OVERRULED = [
    ("a;b\n1.234;1\n2.345;2\n3.456;4\n", Reading(decimal=","), {"a": [1234, 2345, 3456]}),
    ("a;b\n1,234;1\n2,345;2\n3,456;4\n", Reading(decimal="."), {"a": [1234, 2345, 3456]}),
    ("1600,1601\n5,6\n7,8\n9,1\n", Reading(names=0), {"Column 1": [1600, 5, 7, 9]}),
    ("5,6\n7,8\n9,1\n2,3\n", Reading(names=1), {"5": [7, 9, 2], "6": [8, 1, 3]}),
    ("a,b\nx,y\n1,2\n3,4\n5,9\n", Reading(names=2), {"x": [1, 3, 5], "y": [2, 4, 9]}),
    (
        "a b,c d\n1 2,3 4\n5 6,7 8\n9 1,2 3\n",
        Reading(separator=" "),
        {"a": [1, 5, 9], "d": [4, 8, 3]},
    ),
    ("a:b\n1:2\n3:4\n5:9\n", Reading(separator=":"), {"a": [1, 3, 5], "b": [2, 4, 9]}),
    ("a,b\n-999,2\n3,4\n5,9\n6,7\n", Reading(gaps=("-999",)), {"a": [GAP, 3, 5, 6]}),
    ("a,b,c\n1,2,none\n2,3,mild\n3,5,none\n", Reading(gaps=()), {"c: none": [1, 0, 1]}),
    ("# x,y\n1,2\n3,4\n5,9\n", Reading(names=0), {"Column 1": [1, 3, 5], "Column 2": [2, 4, 9]}),
]


@pytest.mark.parametrize(("text", "reading", "expected"), OVERRULED)
def test_each_part_of_a_reading_can_be_overruled(text, reading, expected):
    table = read_csv(text.encode(), reading)
    for name, numbers in expected.items():
        np.testing.assert_array_equal(table.columns[table.names.index(name)], numbers)
    told = {k: v for k, v in vars(reading).items() if v is not None}
    assert told.items() <= vars(table.seen.reading).items()


@pytest.mark.parametrize(
    ("kind", "text"),
    [(kind, text) for kind, (text, _) in (NAMED | SPELLED).items()] + list(CUT.items()),
)
def test_a_file_read_as_it_was_taken_is_read_alike(kind, text):
    """But for its decimal sign, which may differ from column to column."""
    table = read_csv(text.encode())
    taken = vars(table.seen.reading) | {"decimal": None}
    again = read_csv(text.encode(), Reading(**taken))
    assert again.names == table.names
    np.testing.assert_array_equal(again.columns, table.columns)
    assert again.seen.rows == table.seen.rows
    shown = dict(table.preview)
    assert {name for name in table.names if name != ROW_NUMBER} <= set(shown)


# Samples


def numbered(cells):
    return ("a,b\n" + "\n".join(f"{i},{cell}" for i, cell in enumerate(cells))).encode()


@pytest.mark.parametrize("total", [501, 506, 600, 999, 1234, 20_000])
@pytest.mark.parametrize("period", [2, 3, 5, 6, 7, 12, 24, 25, 30, 365])
def test_a_sample_has_the_ends_and_no_beat_with_a_period_of_the_rows(total, period):
    table = read_csv(numbered(i % period for i in range(total)))
    assert table.columns.shape == (2, 500)
    rows, phases = table.columns
    assert (rows[0], rows[-1]) == (0, total - 1)
    assert (np.diff(rows) > 0).all()
    np.testing.assert_array_equal(phases, rows % period)
    if period <= 30 and total > 550:
        counts = np.bincount(phases.astype(int), minlength=period)
        expected = 500 / period
        assert np.abs(counts - expected).max() <= 4.5 * np.sqrt(expected)
    assert np.diff(rows).max() <= 4 * total / 20
    assert table.note == f"Of {total:,} rows, 500 are used, from all parts of the file."


def test_a_sample_of_rows_that_alternate_has_both_classes():
    table = read_csv(numbered(["before", "after"][i % 2] for i in range(600)))
    ones = table.columns[table.names.index("b: before")]
    assert 0.45 < ones.mean() < 0.55


@pytest.mark.parametrize("seed", range(8))
def test_a_sample_has_every_class_however_rare(seed):
    rng = np.random.default_rng(seed)
    total = int(rng.integers(501, 5000))
    rare, rarer = rng.choice(total, 2, replace=False)
    kinds = ["no"] * total
    kinds[rare] = "yes"
    marks = ["0"] * total
    marks[rarer] = "1"
    lines = [f"{i},{i % 7},{kinds[i]},{marks[i]}" for i in range(total)]
    table = read_csv(("n,w,kind,mark\n" + "\n".join(lines)).encode())
    assert table.columns.shape[1] == 500
    columns = dict(zip(table.names, table.columns, strict=True))
    assert set(columns["kind: yes"]) == set(columns["mark"]) == {0, 1}
    assert {0, rare, rarer, total - 1} <= set(columns["n"])
    assert table.take((ROW_NUMBER, "n")).columns.tolist() == [
        [n + 1 for n in columns["n"]],
        columns["n"].tolist(),
    ]


def test_a_sample_is_the_same_on_every_machine():
    rows = read_csv(numbered(range(10_000))).columns[0]
    assert rows[:8].tolist() == [0, 123, 125, 138, 147, 154, 195, 202]
    assert int(rows.sum()) == 2503370


def test_of_up_to_500_rows_all_are_kept():
    table = read_csv(numbered(range(500)))
    assert table.columns.shape == (2, 500)
    assert table.note == ""


def test_data_are_named_as_ever():
    """Links name a person's data by these digits."""
    table = read_csv(b"weight;fuel\n1,5;2\n2,5;3\n;4\n4;5,5\n5;5\n")
    assert table.take(("weight", "fuel")).digest == "930018dca3c0"


def test_a_row_of_many_thousand_cells_is_cut_before_it_is_looked_at():
    table = read_csv((b"1," * 32_000 + b"\n" + b"2," * 32_000 + b"\n") * 30)
    assert table.columns.shape == (50, 60)
