"""What is deployed is what is tested: requirements.txt pins what pyproject.toml asks for."""

import re
import runpy
import tomllib
from importlib.metadata import distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DIRECT = [Requirement(text) for text in PROJECT["dependencies"]]

CI = runpy.run_path(str(ROOT / ".ci" / "pins.py"))
EVERYWHERE = [(python, system) for python in CI["PYTHONS"] for system in CI["SYSTEMS"]]


def pinned(requirements):
    """Names and their versions; each is pinned exactly, and once."""
    found = {}
    for each in requirements:
        (pin,) = each.specifier
        assert pin.operator == "=="
        name = canonicalize_name(each.name)
        assert name not in found
        found[name] = pin.version
    return found


def here(requirement, extra=""):
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def brought(requirements):
    """All that requirements bring along in this environment, by name, themselves included."""
    todo, seen = list(requirements), set()
    while todo:
        each = todo.pop()
        name = canonicalize_name(each.name)
        for extra in {"", *each.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                wanted = map(Requirement, distribution(name).requires or ())
                todo += [further for further in wanted if here(further, extra)]
    return {name for name, _ in seen}


@pytest.mark.parametrize(("python", "system"), EVERYWHERE)
def test_all_that_is_asked_for_is_pinned_within_its_bounds(python, system):
    pins = pinned(map(Requirement, CI["pins"](python, system)))
    for each in DIRECT:
        assert pins[canonicalize_name(each.name)] in each.specifier


@pytest.mark.parametrize(("python", "system"), EVERYWHERE)
def test_files_are_watched_rather_than_polled(python, system):
    """Streamlit asks for watchdog but on macOS; without it a server spends its time polling."""
    pins = pinned(map(Requirement, CI["pins"](python, system)))
    assert ("watchdog" in pins) == (system != "macOS")


def test_what_is_pinned_is_what_is_needed_and_no_more():
    pins = pinned(each for each in CI["requirements"]() if here(each))
    assert pins.keys() == brought(DIRECT)


def test_what_is_installed_is_what_is_pinned():
    pins = pinned(each for each in CI["requirements"]() if here(each))
    assert {name: version(name) for name in pins} == pins


def test_the_pinned_pythons_are_those_that_the_project_runs_on():
    assert PROJECT["requires-python"] == f">={CI['PYTHONS'][0]}"


def test_the_oldest_that_are_tested_are_those_that_are_admitted(capsys):
    assert CI["floors"]() == 0
    floors = [Requirement(line) for line in capsys.readouterr().out.split()]
    for floor, each in zip(floors, DIRECT, strict=True):
        (pin,) = floor.specifier
        assert floor.name == each.name
        assert pin.version in each.specifier
        assert f">={pin.version}" in str(each.specifier)


def test_the_pins_say_by_which_command_they_are_made():
    command = re.search(r"^#    (uv pip compile .*)$", TEXT, re.MULTILINE)[1]
    assert "--universal" in command
    assert f"--python-version {CI['PYTHONS'][0]}" in command
    assert command.endswith("pyproject.toml --output-file requirements.txt")
    assert command in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_pins_name_no_place_to_take_them_from():
    assert "://" not in TEXT
    assert not re.search(r"^\s*-", TEXT, re.MULTILINE)


def test_the_tests_stand_on_what_is_deployed():
    lines = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert "-r ../requirements.txt" in lines
