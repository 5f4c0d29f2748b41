"""The command line writes what was asked, or says in a sentence why it has not."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from experiment import Experiment, run
from exports.__main__ import FILMS, VALUED, main
from exports.camera import PICTURES
from exports.forms import FORMS
from exports.menu import FIELDS, MOST_FRAMES

ROOT = Path(__file__).parent.parent
LINK = "surface=booth&lane=sgd(lr=0.01)&steps=5"
RACE = Experiment.from_query(
    "surface=saddle(a=6,b=3)&steps=40&lane=adam(lr=0.1)&lane=nelder_mead&lane=sam(sgd)"
)
NUMBERS = ["", "nan", "inf", "-inf", "1e400", "-1", "-0.5", "1e9", "abc", "1,5", "0x10", "é"]


def form_of(option):
    """An ending for which the option does something."""
    return {"scale": ".png", "step": ".svg", "panel": ".svg"}.get(option, ".gif")


@pytest.fixture
def command(tmp_path, capsys, monkeypatch):
    """Runs the command in a folder of its own; its status and what it said."""
    monkeypatch.chdir(tmp_path)

    def run_(*arguments):
        status = main([*arguments])
        told = capsys.readouterr()
        assert told.out == ""
        return status, told.err

    return run_


@pytest.fixture
def refused(command, tmp_path):
    """Runs a command that is refused: one sentence on standard error, and no file more."""

    def run_(*arguments):
        before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
        status, said = command(*arguments)
        assert status == 2
        assert re.fullmatch(r".+\.\n", said), said
        assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == before
        return said

    return run_


def process(*arguments, **how):
    return subprocess.Popen(
        [sys.executable, "-m", "exports", *arguments], cwd=ROOT, stderr=subprocess.PIPE, **how
    )


@pytest.mark.parametrize("ending", FORMS)
def test_the_ending_says_what_is_written(command, tmp_path, ending):
    out = tmp_path / f"race{ending}"
    assert command("?" + RACE.to_query(), "--out", str(out)) == (0, "")
    assert out.read_text(encoding="utf-8") == FORMS[ending].make(RACE, run(RACE), "")


@pytest.mark.parametrize("name", ["race.CSV", "Race.Csv", "race.x.csv", "ü ber.csv"])
def test_an_ending_is_read_in_any_case(command, tmp_path, name):
    assert command(LINK, "--out", name) == (0, "")
    assert len((tmp_path / name).read_text().splitlines()) == 7


def test_two_dashes_before_the_link_change_nothing(command, tmp_path):
    assert command("--", LINK, "--out", "race.csv") == (0, "")
    assert (tmp_path / "race.csv").exists()


@pytest.mark.parametrize("form", [".csv", "csv", "CSV", ".Csv"])
@pytest.mark.parametrize("name", ["race", "race.txt", "race.csv"])
def test_a_form_stands_beside_any_name(command, tmp_path, form, name):
    assert command(LINK, "--out", name, "--form", form) == (0, "")
    assert (tmp_path / name).read_text().startswith("lane,")


def test_a_longer_ending_can_be_said_of_a_shorter(command, tmp_path):
    assert command(LINK, "--out", "race.py", "--form", "torch.py") == (0, "")
    assert "import torch" in (tmp_path / "race.py").read_text()


def test_a_form_that_contradicts_the_name_is_refused(refused):
    assert "--form .json" in refused(LINK, "--out", "race.csv", "--form", "json")


def test_a_pipe_takes_what_a_file_would():
    with process(LINK, "--out", "-", "--form", ".csv", stdout=subprocess.PIPE) as running:
        written, said = running.communicate()
    race = Experiment.from_query(LINK)
    assert (running.returncode, said) == (0, b"")
    assert written.decode() == FORMS[".csv"].make(race, run(race), "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_pipe_that_closes_early_is_one_sentence(monkeypatch, unbuffered):
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with process(LINK, "--out", "-", "--form", ".html", stdout=subprocess.PIPE) as running:
        assert running.stdout.read(1) == b"<"
        running.stdout.close()
        said = running.stderr.read().decode()
    assert running.returncode == 2
    assert said == "The pipe was closed before it had taken everything.\n"


def test_a_pipe_needs_a_form(refused):
    said = refused(LINK, "--out", "-")
    assert "--form" in said
    assert all(ending in said for ending in [*FORMS, *PICTURES])


def test_a_file_that_exists_is_written_over_only_by_force(command, refused, tmp_path):
    out = tmp_path / "race.csv"
    out.write_text("precious")
    said = refused(LINK, "--out", str(out))
    assert str(out) in said
    assert "--force" in said
    assert command(LINK, "--out", str(out), "--force") == (0, "")
    assert out.read_text().startswith("lane,")
    assert command(LINK, "--out", "new.csv", "--force") == (0, "")


@pytest.mark.parametrize("place", ["", ".", "..", "folder", "no/race.csv", "file/race.csv"])
def test_a_place_that_takes_no_file_is_refused(refused, tmp_path, place):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("no folder")
    said = refused(LINK, "--out", place, "--form", ".csv")
    assert place in said


def test_a_folder_that_one_may_not_write_to_is_refused(refused, monkeypatch):
    """Asked of the system: whoever runs the tests as root may write everywhere."""
    monkeypatch.setattr("os.access", lambda *_: False)
    assert refused(LINK, "--out", "race.csv") == (
        "race.csv cannot be written: you may not write there.\n"
    )


def test_a_full_disk_is_refused(refused, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    said = refused(LINK, "--out", "race.csv")
    assert said == "race.csv cannot be written: No space left on device.\n"


@pytest.mark.parametrize("name", ["race", "race.doc", "race.csv.gz", "csv", "race."])
def test_a_name_without_an_ending_there_is_is_refused(refused, name):
    said = refused(LINK, "--out", name)
    assert said.startswith(f"{name} has none of the endings there are: .html, ")
    assert "--form" in said


@pytest.mark.parametrize("form", ["", "doc", "."])
def test_a_form_there_is_not_is_refused(refused, form):
    said = refused(LINK, "--out", "race", "--form", form)
    assert said.startswith("--form must be .html, ")
    assert f"“{form}”" in said


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("option", [*FIELDS, "step"])
@pytest.mark.parametrize("apart", [True, False], ids=["apart", "joined"])
def test_a_value_out_of_range_is_refused_with_the_option_the_value_and_the_range(
    refused, option, text, apart
):
    said_so = [f"--{option}", text] if apart else [f"--{option}={text}"]
    said = refused(LINK, "--out", f"race{form_of(option)}", *said_so)
    there = FIELDS[option].range if option in FIELDS else "a whole number from 0 to 5"
    assert said.startswith(f"--{option} must be {there}")
    assert said.endswith(f" not “{text}”.\n")


BESIDE = {
    "scale": ["0", "9", "1.5"],
    "speed": ["0", "3"],
    "seconds": ["0", "0.09", "121"],
    "width": ["0", "1921"],
    "fps": ["0", "20.5", "51"],
    "rest": ["10.1"],
    "step": ["6", "2.5"],
    "panel": ["", "contour", "nan", "data"],
}


@pytest.mark.parametrize("said", [f"{name}={text}" for name in BESIDE for text in BESIDE[name]])
def test_so_is_what_lies_just_beside(refused, said):
    option, text = said.split("=")
    sentence = refused(LINK, "--out", f"race{form_of(option)}", f"--{said}")
    assert sentence.startswith(f"--{option} ")
    assert sentence.endswith(f" not “{text}”.\n")


@pytest.fixture
def asked_of_the_camera(monkeypatch):
    """What the browser is asked for, without one."""
    asked = {}
    monkeypatch.setattr(
        "exports.__main__.shoot", lambda *_, **fields: asked.update(fields) or b"picture"
    )
    return asked


@pytest.mark.parametrize(
    ("said", "value"),
    {
        "speed=1.0": "1",
        "speed=.5": "0.5",
        "scale=2.0": "2",
        "seconds=7.55": "7.55",
        "seconds=1e1": "10",
        "fps=20.0": "20",
        "rest=0": "0",
        "step=5": 5,
        "step=0": 0,
        "panel=Map": "contour",
    }.items(),
)
def test_a_value_is_read_however_it_is_spelled(command, asked_of_the_camera, said, value):
    option = said.partition("=")[0]
    assert command(LINK, "--out", f"race{form_of(option)}", f"--{said}") == (0, "")
    assert asked_of_the_camera[option] == value


def test_the_panel_of_data_is_there_where_there_are_data(command, asked_of_the_camera):
    link = "surface=linear_regression&lane=sgd&steps=5"
    assert command(link, "--out", "race.png", "--panel", "data") == (0, "")
    assert asked_of_the_camera["panel"] == "data"


@pytest.mark.parametrize("ending", [*FORMS, *PICTURES])
@pytest.mark.parametrize("option", [*FIELDS, "step", "panel", "dark"])
def test_an_option_that_does_nothing_is_refused(request, ending, option):
    films = option in ("width", "seconds", "speed", "fps", "rest")
    used = {"scale": (".png",), "step": (".png", ".svg")}.get(option, FILMS if films else PICTURES)
    value = [] if option == "dark" else ["all" if option == "panel" else "1"]
    if option == "width":
        value = ["200"]
    arguments = (LINK, "--out", f"race{ending}", f"--{option}", *value)
    if ending in used:
        request.getfixturevalue("asked_of_the_camera")
        assert request.getfixturevalue("command")(*arguments) == (0, "")
    else:
        said = request.getfixturevalue("refused")(*arguments)
        assert said.startswith(f"--{option} is for ")
        assert said.endswith(f" does nothing for {ending}.\n")


def test_a_film_of_too_many_frames_is_refused_before_it_is_begun(refused):
    said = refused(LINK, "--out", "race.gif", "--seconds", "120", "--fps", "50")
    assert "--seconds 120" in said
    assert "--fps 50" in said
    assert f"{MOST_FRAMES:,}" in said


@pytest.mark.parametrize("option", VALUED)
def test_an_option_without_a_value_or_with_two_is_refused(refused, option):
    other = {"out": []}.get(option, ["--out", f"race{form_of(option)}"])
    assert "--" in refused(LINK, *other, f"--{option}")
    twice = [f"--{option}", "1", f"--{option}=1"]
    assert refused(LINK, *other, *twice) == f"--{option} is given 2 times; give it once.\n"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "Say which race"),
        (["--out", "race.csv"], "Say which race"),
        ([LINK], "--out"),
        ([LINK, "more", "--out", "race.csv"], "“more”"),
        ([LINK, "--out", "race.csv", "--loud"], "--loud"),
        ([LINK, "--out", "race.csv", "--loud", "3"], "--loud"),
        ([LINK, "--out", "race.gif", "--second", "3"], "--second"),
        ([LINK, "--out", "race.csv", "-x"], "-x"),
        ([LINK, "--out", "race.png", "--dark=yes"], "--dark"),
    ],
    ids=str,
)
def test_what_is_no_command_is_refused(refused, arguments, named):
    assert named in refused(*arguments)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "?",
        "banana",
        "https://example.org/lab",
        "surface=rosenbrok&lane=sgd&steps=5",
        "surface=booth&lane=adamm&lane=sdg",
        "formula=import os&lane=sgd",
        "surface=formula&lane=sgd",
        "steps=many",
        "colour=red",
    ],
)
def test_a_link_that_cannot_be_used_writes_nothing_and_says_its_problems(command, tmp_path, link):
    status, said = command(link, "--out", "race.csv")
    assert status == 2
    problems = Experiment.from_query(link).problems
    assert problems
    assert said.splitlines()[: len(problems)] == list(problems)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "link",
    [
        "surface=booth&lane=adamm&lane=sgd&steps=5",
        "surface=booth&lane=sgd&steps=5&noise=loud",
        "surface=saddle(a=none)&lane=sgd&steps=5",
        "lane=sgd(lr=none)&steps=5&colour=red",
        "steps=5&noise=loud",
    ],
)
def test_what_can_be_used_in_part_is_written_and_says_its_problems(command, tmp_path, link):
    race = Experiment.from_query(link)
    problems = "".join(f"{problem}\n" for problem in race.problems)
    assert problems
    assert command(link, "--out", "race.csv") == (0, problems)
    written = (tmp_path / "race.csv").read_bytes().decode()
    assert written == FORMS[".csv"].make(race, run(race), "")


def test_a_script_of_a_loss_on_data_is_refused(refused):
    said = refused("surface=linear_regression&lane=sgd", "--out", "race.py")
    assert said == "NumPy scripts are made of formulas only, not of losses on data.\n"


def test_a_film_without_playwright_says_what_to_install(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    said = refused(LINK, "--out", "race.gif")
    assert said.startswith("Pictures and films are made in a browser: `pip install playwright`")


def test_the_help_names_every_option_and_form(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert all(f"--{option}" in told for option in (*VALUED, "force", "dark"))
    assert all(ending in told for ending in (*FORMS, *PICTURES))
