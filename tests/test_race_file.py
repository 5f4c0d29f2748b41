"""A race file: a race on a person's own data is handed on and opens again."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from experiment import Experiment, run
from experiment.race_file import read_race, write_race
from exports.forms import FORMS
from exports.table import csv_table
from surfaces import Data, read_csv

ROWS = "time,dose,answer\n1,2,0\n2,1.5,1\n3,4,0\n5,0.25,1\n8,3,1\n"
ROOT = Path(__file__).parent.parent
OWN = read_csv(ROWS.encode()).take(("time", "dose"))
LINK = f"surface=linear_regression(loss=huber,standardize=true)&data={OWN.digest}&batch=2&lane=sgd"
RACE = Experiment.from_query(LINK, [OWN])
FILE = json.loads(write_race(RACE))


def opened(**changes):
    return read_race(json.dumps(FILE | changes).encode())


@settings(max_examples=40)
@given(strategies.experiments())
def test_any_race_survives_its_file(experiment):
    read = read_race(write_race(experiment).encode())
    assert read.problems == ()
    assert read == experiment


numbers = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=20), st.text(max_size=40))
def test_any_data_survive_it_to_the_last_digit(rows, name):
    try:
        data = Data((name, f"{name[:39]}2"), list(zip(*rows, strict=True)))
    except ValueError:
        return  # a column that says nothing
    race = RACE.with_surface(RACE.surface.with_data(data))
    read = read_race(write_race(race).encode())
    assert read.problems == ()
    assert read == race
    assert read.surface.data.columns.tobytes() == data.columns.tobytes()


def test_a_race_on_a_persons_data_runs_alike_from_its_file():
    read = read_race(write_race(RACE).encode())
    assert read == RACE
    assert read.surface.data == OWN
    for here, there in zip(run(RACE), run(read), strict=True):
        assert here.theta.tobytes() == there.theta.tobytes()


def test_built_in_data_are_not_in_the_file():
    assert json.loads(write_race(Experiment.from_query("surface=linear_regression"))) == {
        "link": "surface=linear_regression&lane=adam(lr=0.1)&lane=momentum&lane=sgd"
    }


@pytest.mark.parametrize("race", [RACE, Experiment(steps=9)], ids=["own data", "a formula"])
def test_the_table_of_a_race_in_json_is_a_race_file_too(race):
    race = replace(race, steps=9)
    for ending in (".race.json", ".json"):
        file = FORMS[ending].make(race, run(race), "")
        assert read_race(file.encode()) == race


def test_data_that_someone_has_changed_are_the_ones_that_are_used():
    columns = [[1, 2, 3, 5, 8], [2, 1.5, 4, 0.25, 9]]
    read = opened(data=FILE["data"] | {"columns": columns})
    assert read.problems == ()
    assert read.surface.data.columns.tolist() == columns
    assert read.surface.data != OWN


def test_a_file_from_other_hands_is_read():
    text = json.dumps(FILE | {"link": f"https://lab.example/?{LINK}.".replace("&", "&amp;")})
    assert read_race(f"\ufeff{text}".encode()) == RACE
    assert read_race(text.replace(", ", ",\r\n").encode()) == RACE
    assert read_race(text.encode("utf-16")) == RACE  # as some editors save it


@pytest.mark.parametrize("part", ["surface=", "start=1,", "lane=", "lane=sgd(label=", "formula=x"])
def test_halves_of_letters_come_into_no_sentence_and_no_link(part):
    read = read_race(json.dumps({"link": f"{part}\ud800"}).encode())
    assert "\ud800" not in "".join((*read.problems, read.to_query()))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"x,y\n1,2\n",
        b"[]",
        b"3",
        b'"link"',
        b'{"link": 3}',
        b"{}",
        b"\xff",
        b"[" * 10**5,
    ],
    ids=lambda content: content[:12].decode("latin-1"),
)
def test_what_is_no_race_file_is_refused_in_a_sentence(content):
    with pytest.raises(ValueError, match=r"^The file is no race file: take one away from a race"):
        read_race(content)


def test_a_file_that_is_too_large_says_so():
    with pytest.raises(ValueError, match=r"^The file has 5\.0 MB, and a race file at most 4 MB"):
        read_race(b" " * 5_000_000)


UNUSABLE = {
    "no table": 3,
    "no columns": {"names": ["x", "y"]},
    "no names": {"names": [], "columns": []},
    "a name without a column": {"names": ["x", "y"], "columns": [[1, 2, 3]]},
    "words": {"names": ["x", "y"], "columns": [["1", "2", "3"], [1, 2, 4]]},
    "truth values": {"names": ["x", "y"], "columns": [[True, False, True], [1, 2, 4]]},
    "columns of two lengths": {"names": ["x", "y"], "columns": [[1, 2, 3], [1, 2]]},
    "two rows": {"names": ["x", "y"], "columns": [[1, 2], [1, 2]]},
    "too many rows": {"names": ["x", "y"], "columns": [list(range(501)), list(range(501))]},
    "one name twice": {"names": ["x", "x"], "columns": [[1, 2, 3], [1, 2, 4]]},
    "a long name": {"names": ["x", "y" * 41], "columns": [[1, 2, 3], [1, 2, 4]]},
    "half a letter": {"names": ["x", "\ud800"], "columns": [[1, 2, 3], [1, 2, 4]]},
    "numbers beyond all bounds": {"names": ["x", "y"], "columns": [[1, 2, 10**400], [1, 2, 4]]},
    "infinities": {"names": ["x", "y"], "columns": [[1, 2, float("inf")], [1, 2, 4]]},
    "one number only": {"names": ["x", "y"], "columns": [[1, 1, 1], [1, 2, 4]]},
    "three columns": {"names": ["x", "y", "z"], "columns": [[1, 2, 3], [1, 2, 4], [0, 1, 1]]},
}


@pytest.mark.parametrize("data", UNUSABLE.values(), ids=UNUSABLE)
def test_data_that_cannot_be_used_are_named_and_the_rest_works(data):
    read = opened(data=data)
    (sentence,) = read.problems
    assert sentence.endswith(" used instead.")
    assert len(sentence) < 250
    assert read == Experiment.from_query(LINK.replace(f"&data={OWN.digest}", ""))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["link", "data", "names", "columns", "note"]), inner)
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused_in_a_sentence(value):
    content = json.dumps(value).encode()
    if isinstance(value, dict) and isinstance(value.get("link"), str):
        read = read_race(content)
        assert all(problem.endswith(".") for problem in read.problems)
    else:
        with pytest.raises(ValueError, match=r"^The file is no race file"):
            read_race(content)


# The command line


def command(*arguments):
    line = [sys.executable, "-m", "exports", *map(str, arguments)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_command_line_reads_a_race_file(tmp_path):
    file, out = tmp_path / "mine.race.json", tmp_path / "race.csv"
    file.write_text(write_race(RACE), encoding="utf-8")
    done = command(file, "--out", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert out.read_text(encoding="utf-8") == csv_table(RACE, run(RACE))


def test_a_file_that_is_none_or_not_there_is_one_sentence(tmp_path):
    file, out = tmp_path / "mine.json", tmp_path / "race.csv"
    done = command(file, "--out", out)
    assert (done.returncode, done.stderr) == (
        2,
        f"{file} cannot be read: No such file or directory.\n",
    )
    file.write_text("3", encoding="utf-8")
    done = command(file, "--out", out)
    assert done.returncode == 2
    assert done.stderr.startswith("The file is no race file")
    assert done.stderr.count("\n") == 1
    assert not out.exists()


def test_the_command_line_reads_a_link_from_other_hands(tmp_path):
    out = tmp_path / "race.csv"
    link = "<https://lab.example/?surface=Booth&amp;steps=5&amp;lane=Adam(lr=0.1>"
    done = command(link, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    race = Experiment.from_query("surface=booth&steps=5&lane=adam(lr=0.1)")
    assert out.read_text(encoding="utf-8") == csv_table(race, run(race))
