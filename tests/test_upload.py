"""A person's file on the page: what it was read as, and what a person makes of it; no browser."""

import pytest
from components import tables
from test_race_page import column, shown, upload, visit

from surfaces import ROW_NUMBER

LINEAR = "surface=linear_regression&lane=sgd&steps=20"
LOGISTIC = "surface=logistic_regression&lane=sgd&steps=20"
CITIES = "Stadt;Einwohner;Rang\nKöln;1.084.831;4\nBonn;336.465;9\nUlm;127.329;8\nHof;45.823;7\n"


def widget(kind, name):
    (found,) = (w for w in kind if w.key.startswith("reading-") and w.key.endswith(f"-{name}"))
    return found


def preview(page):
    return tables(page.sidebar)[0]


def taken(page):
    (words,) = (e.label for e in page.expander if "separator" in e.label or "row" in e.label)
    return words.replace("\\", "")


def test_the_first_rows_stand_under_the_upload_with_what_they_were_taken_for():
    page = upload(visit(LINEAR), CITIES)
    assert preview(page)["Einwohner"] == ("1084831", "336465", "127329", "45823")
    assert preview(page)["Stadt"] == ("Köln", "Bonn", "Ulm", "Hof")
    assert taken(page) == "Names in row 1 · semicolons · decimal comma · no word for a gap"
    assert widget(page.selectbox, "names").value == 1
    assert widget(page.selectbox, "separator").value == ";"
    assert widget(page.selectbox, "decimal").value == ","
    assert widget(page.multiselect, "gaps").value == []
    assert not [w for w in page.selectbox if w.key.endswith("-order")]


def test_each_part_can_be_overruled_and_stays_so():
    page = upload(visit(LINEAR), "1,234;5;x\n2,345;6;y\n3,456;8;NA\n9;9,5;NA\n4;7;z\n5;9;z\n")
    assert shown(page).surface.data.columns[0].tolist() == [1.234, 2.345, 3.456, 9, 4, 5]
    widget(page.selectbox, "decimal").set_value(".").run()
    assert shown(page).surface.data.columns[0].tolist()[:2] == [1234, 2345]
    widget(page.selectbox, "names").set_value(1).run()
    assert shown(page).surface.data.names == ("1,234", "5")
    assert widget(page.selectbox, "decimal").value == "."
    page.number_input(key="steps").set_value(30).run()
    assert shown(page).surface.data.names == ("1,234", "5")
    assert preview(page)["1,234"] == ("2345", "3456", "9", "4")
    page.button(key=next(b.key for b in page.button if (b.key or "").endswith("-reset"))).click()
    page.run()
    assert shown(page).surface.data.columns[0].tolist() == [1.234, 2.345, 3.456, 9, 4, 5]
    assert not [b for b in page.button if (b.key or "").endswith("-reset")]


def test_a_number_may_be_a_gap():
    page = upload(visit(LINEAR), "a,b\n1,2\n-999,5\n3,4\n5,9\n")
    widget(page.multiselect, "gaps").set_value(["-999"]).run()
    assert shown(page).surface.data.columns.tolist() == [[1, 3, 5], [2, 4, 9]]
    assert taken(page).endswith("gaps -999")


def test_what_cannot_be_read_as_a_person_says_stays_as_it_was():
    page = upload(visit(LINEAR), "a,b\n1,2\n3,5\n5,9\n")
    before = shown(page)
    widget(page.selectbox, "names").set_value(3).run()
    assert page.warning[0].value.endswith("It stays as it was\\.")
    assert shown(page).surface == before.surface
    assert widget(page.selectbox, "names").value == 1


def test_a_file_that_is_refused_is_shown_and_can_be_read_otherwise():
    page = upload(visit(LINEAR), "x~y\n1~2\n2~3\n5~9\n")
    assert "no two columns of numbers" in page.warning[0].value
    assert preview(page)["1"] == ("x~y", "1~2", "2~3", "5~9")
    page = upload(page, "a;b\n1 kg;x\n2 lb;y\n3 t;z\n")
    assert preview(page)["1"] == ("a", "1 kg", "2 lb", "3 t")
    widget(page.selectbox, "separator").set_value(" ").run()
    assert shown(page).surface.data.columns[0].tolist() == [1, 2, 3]
    assert not page.warning


def test_columns_that_were_chosen_stay_when_the_file_is_read_anew():
    page = upload(visit(LINEAR), "a,b,c\n1,2,-1\n2,5,3\n3,4,4\n4,9,8\n")
    column(page, 0).set_value("c").run()
    widget(page.multiselect, "gaps").set_value(["-1"]).run()
    assert shown(page).surface.data.names == ("c", "b")
    assert shown(page).surface.data.columns[0].tolist() == [3, 4, 8]


def test_another_file_is_read_as_it_looks():
    page = upload(visit(LINEAR), "a;b\n1,5;2\n2,5;3\n4;9\n")
    widget(page.selectbox, "names").set_value(0).run()
    page.file_uploader(key="upload").set_value(None).run()
    assert not [w for w in page.selectbox if w.key.startswith("reading-")]
    page = upload(page, "c;d\n1,5;2\n2,5;3\n4;9\n")
    assert shown(page).surface.data.names == ("c", "d")


def test_dates_and_the_row_s_number_are_offered_for_x():
    page = upload(visit(LINEAR), "date,value\n1/2/2020,5\n1/3/2020,6\n1/5/2020,9\n")
    assert shown(page).surface.data.names == ("date: days since 2020-01-02", "value")
    assert widget(page.selectbox, "order").value == "month"
    widget(page.selectbox, "order").set_value("day").run()
    assert shown(page).surface.data.columns[0].tolist() == [0, 1, 3]
    assert shown(page).surface.data.names[0] == "date: months since 2020-02-01"
    column(page, 0).set_value(ROW_NUMBER).run()
    assert shown(page).surface.data.columns[0].tolist() == [1, 2, 3]
    assert "data" in page.query_params


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("book.xlsx", b"PK\x03\x04" + bytes(50), "save it as CSV"),
        ("me.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "a picture"),
        ("paper.pdf", b"%PDF-1.4\n", "a PDF"),
        ("iris.weird", b"dear diary\n", "no two columns of numbers"),
        ("empty", b"", "is empty"),
    ],
)
def test_a_file_of_any_ending_is_answered_in_words(name, content, words):
    page = visit(LINEAR)
    page.file_uploader(key="upload").set_value((name, content, "application/x")).run()
    assert not page.exception
    assert words in page.warning[0].value
    assert not page.file_uploader(key="upload").proto.type


@pytest.mark.parametrize("name", ["iris.data", "scope.dat", "notes.md", "no ending"])
def test_a_table_under_any_name_is_read(name):
    page = visit(LINEAR)
    content = b" 1.0  2.0\n 2.0  3.5\n 3.0  9.0\n"
    page.file_uploader(key="upload").set_value((name, content, "")).run()
    assert shown(page).surface.data.columns.tolist() == [[1, 2, 3], [2, 3.5, 9]]


def tips():
    """A table with the columns of a restaurant's tips, and numbers of its own."""
    lines = ["total_bill,tip,sex,smoker,day,time,size"]
    for i in range(244):
        bill, size = 5 + (i * 37 % 241) / 5, 1 + i * 7 % 5
        tip = bill * (10 + i * 13 % 11) / 100
        day = ("Thur", "Fri", "Sat", "Sun")[i * 11 % 4]
        time = "Dinner" if i * 29 % 100 < 60 + bill / 2 else "Lunch"
        words = ("Male", "Female")[i * 17 % 3 == 0], ("No", "Yes")[i * 23 % 5 < 2], day, time
        lines.append(f"{bill:.2f},{tip:.2f},{','.join(words)},{size}")
    return "\n".join(lines)


@pytest.mark.parametrize("which", ["sex: Male", "smoker: Yes", "time: Lunch"])
def test_a_table_of_tips_has_its_minimum_in_the_domain(which):
    page = upload(visit(LOGISTIC), tips())
    assert len(shown(page).surface.minima) == 1
    column(page, 2).set_value(which).run()
    ((x, y),) = shown(page).surface.minima
    x0, x1, y0, y1 = shown(page).surface.domain
    assert x0 < x < x1
    assert y0 < y < y1
