"""The command line: `python -m exports "surface=booth&lane=sgd(lr=0.1)" --out race.csv`."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from experiment import Experiment, run
from experiment.race_file import read_race
from exports.camera import PICTURES, NoBrowserError, NoPictureError, shoot
from exports.forms import FORMS
from exports.menu import FIELDS, MOST_FRAMES, one_of
from settings import Refusal
from surfaces import DataSurface

# As the screen says them, and as the menu of pictures keeps them.
PANELS = {"all": "all", "scene": "scene", "map": "contour", "data": "data", "curve": "loss"}

STILLS = (".png", ".svg")
FILMS = tuple(ending for ending in PICTURES if ending not in STILLS)
ENDINGS = [*FORMS, *PICTURES]
PIPE = "-"
RACE_FILE = ".json"

KINDS: Mapping[str, tuple[str, ...]] = {"png": (".png",), "film": FILMS}
USED_BY = {name: KINDS[field.of] for name, field in FIELDS.items()} | {
    "panel": tuple(PICTURES),
    "dark": tuple(PICTURES),
    "step": STILLS,
}
"""The endings for which an option does something."""

VALUED = ("out", "form", "panel", "step", *FIELDS)
SWITCHES = ("force", "dark")
OPTIONS = [f"--{name}" for name in (*VALUED, *SWITCHES, "help")]
LONGEST_SHOWN = 200


class Parser(argparse.ArgumentParser):
    """One that says what it cannot read in a sentence."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command."""
        raise Refusal(f"The command cannot be read: {message}; --help says how it is written")


def main(arguments: list[str] | None = None) -> int:
    """Write a race into a file or a pipe; 0 if it was written, 2 if nothing was.

    What cannot be used of the link is said on standard error, and the rest is written; of a link
    whose surface or lanes cannot be used there is no rest.
    """
    try:
        _write(_asked(sys.argv[1:] if arguments is None else arguments))
    except (Refusal, NoBrowserError, NoPictureError) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


def _write(asked: argparse.Namespace) -> None:
    _check_place(asked)
    ending = _ending(asked)
    fields = _fields(asked, ending)
    experiment = _race(asked.link)
    for problem in experiment.problems:
        print(problem, file=sys.stderr)
    if not experiment.usable:
        raise Refusal("That would be another race than the link's, so nothing was written")
    if ending in FORMS and (refusal := FORMS[ending].refusal(experiment)):
        raise Refusal(refusal.removesuffix("."))
    _put(_content(experiment, ending, asked, fields), asked)


def _race(given: str) -> Experiment:
    """The race of a link, or of a race file."""
    if not given.lower().endswith(RACE_FILE) or "=" in Path(given).name:
        return Experiment.from_query(given)
    try:
        return read_race(Path(given).read_bytes())
    except OSError as error:
        raise Refusal(f"{_shown(given)} cannot be read: {error.strerror}") from None


def _content(
    experiment: Experiment, ending: str, asked: argparse.Namespace, fields: Mapping[str, str]
) -> bytes:
    panel, step = _panel(asked.panel, experiment), _step(asked.step, experiment)
    trajectories = run(experiment)
    if ending in FORMS:
        return FORMS[ending].make(experiment, trajectories, "").encode()
    return shoot(
        experiment, trajectories, ending, dark=asked.dark, step=step, panel=panel, **fields
    )


def _ending(asked: argparse.Namespace) -> str:
    """In which form: what --form says, or the end of the file's name in any case."""
    name = asked.out.name.lower()
    named = max((each for each in ENDINGS if name.endswith(each)), key=len, default="")
    if asked.form is None:
        if named:
            return named
        if asked.pipe:
            raise Refusal(f"--out {PIPE} needs a --form: {one_of(ENDINGS)}")
        raise Refusal(
            f"{_shown(asked.out.name)} has none of the endings there are: {', '.join(ENDINGS)}; "
            f"--form says it beside any name"
        )
    said = asked.form.lower()
    form = next((each for each in (said, f".{said}", f"_{said}") if each in ENDINGS), None)
    if form is None:
        raise _out_of_range("form", one_of(ENDINGS), asked.form)
    if not form.endswith(named):
        raise Refusal(f"--form {form} is not what {_shown(asked.out.name)} ends in; leave one out")
    return form


def _fields(asked: argparse.Namespace, ending: str) -> dict[str, str]:
    """The menu's fields that are set. Refusal: an option that does nothing here, or its value."""
    for name, endings in USED_BY.items():
        if getattr(asked, name) not in (None, False) and ending not in endings:
            raise Refusal(f"--{name} is for {one_of([*endings])} and does nothing for {ending}")
    fields = {}
    for name, field in FIELDS.items():
        if (text := getattr(asked, name)) is not None:
            try:
                fields[name] = field.read(text)
            except ValueError as takes:
                raise _out_of_range(name, str(takes), text) from None
    if ending in FILMS:
        seconds, fps, rest = (
            float(fields.get(name, FIELDS[name].default)) for name in ("seconds", "fps", "rest")
        )
        if (frames := _rounded(seconds * fps) + _rounded(rest * fps)) > MOST_FRAMES:
            raise Refusal(
                f"--seconds {seconds:g} and --rest {rest:g} at --fps {fps:g} are {frames:,} "
                f"frames; a film has at most {MOST_FRAMES:,}"
            )
    return fields


def _rounded(value: float) -> int:
    """As the browser rounds."""
    return math.floor(value + 0.5)


def _panel(text: str | None, experiment: Experiment) -> str | None:
    if text is None:
        return None
    on_data = isinstance(experiment.surface, DataSurface)
    there = [panel for panel in PANELS if on_data or panel != "data"]
    if text.lower() in there:
        return PANELS[text.lower()]
    owner = " of this race, which is on no data," if text.lower() in PANELS else ""
    raise _out_of_range(f"panel{owner}", one_of(there), text)


def _step(text: str | None, experiment: Experiment) -> int | None:
    if text is None:
        return None
    try:
        step = float(text)
    except ValueError:
        step = math.nan
    if not (0 <= step <= experiment.steps and step.is_integer()):
        there = f"a whole number from 0 to {experiment.steps}, of this race's steps"
        raise _out_of_range("step", there, text)
    return int(step)


def _out_of_range(option: str, there: str, text: str) -> Refusal:
    return Refusal(f"--{option} must be {there}, not “{_shown(text)}”")


def _shown(text: str) -> str:
    """A text on one line, and not too much of it."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"


def _check_place(asked: argparse.Namespace) -> None:
    """Refuse a place that cannot be written to, before anything takes its time."""
    if asked.pipe:
        if sys.stdout is None:
            raise Refusal(f"--out {PIPE} has nothing to write to: standard output is closed")
        return
    out, folder = _shown(str(asked.out)), str(asked.out.parent)
    if os.path.isdir(asked.out):
        raise Refusal(f"--out {out} is a folder; name a file in it")
    if os.path.isfile(asked.out) and not asked.force:
        raise Refusal(f"{out} exists; --force writes over it")
    if not os.path.isdir(folder):
        raise Refusal(f"{out} cannot be written: there is no folder {_shown(folder)}")
    if not os.access(asked.out if os.path.exists(asked.out) else folder, os.W_OK):
        raise Refusal(f"{out} cannot be written: you may not write there")


def _put(content: bytes, asked: argparse.Namespace) -> None:
    """Write the file, or to the pipe."""
    try:
        if asked.pipe:
            left = memoryview(content)
            while left:  # unbuffered, as PYTHONUNBUFFERED has it, it takes what fits
                left = left[sys.stdout.buffer.write(left) :]
            sys.stdout.buffer.flush()
        else:
            asked.out.write_bytes(content)
    except BrokenPipeError:
        _drop_output(asked)
        raise Refusal("The pipe was closed before it had taken everything") from None
    except (OSError, ValueError) as error:
        _drop_output(asked)
        reason = getattr(error, "strerror", None) or str(error)
        place = "Standard output" if asked.pipe else _shown(str(asked.out))
        raise Refusal(f"{place} cannot be written: {reason}") from None


def _drop_output(asked: argparse.Namespace) -> None:
    """Let what the pipe has not taken go nowhere, or Python tries it again at its end."""
    if asked.pipe:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _asked(arguments: list[str]) -> argparse.Namespace:
    """What the command line says; the values are texts.

    Refusal: an option that there is not or that is given twice, no link or no file.
    """
    asked, left = _parser().parse_known_args(_joined(arguments))
    unknown = next((each for each in left if each.startswith("-")), None)
    if unknown is not None:
        raise Refusal(f"There is no option {_shown(unknown)}, only {one_of(OPTIONS)}")
    if left:
        raise Refusal(f"“{_shown(left[0])}” is one too many: the link goes in quotation marks")
    for name in VALUED:
        texts = getattr(asked, name) or [None]
        if len(texts) > 1:
            raise Refusal(f"--{name} is given {len(texts)} times; give it once")
        setattr(asked, name, texts[0])
    if asked.link is None:
        raise Refusal("Say which race: a link, or its query, in quotation marks")
    if not asked.out:
        raise Refusal(f"Say where to: --out and a file's name, or --out {PIPE} for a pipe")
    asked.pipe, asked.out = asked.out == PIPE, Path(asked.out)
    return asked


def _joined(arguments: list[str]) -> list[str]:
    """`--seconds -inf` as `--seconds=-inf`, which argparse else takes for two options.

    Without the `--` that some put before a link, after which argparse knows no option.
    """
    joined, rest = [], list(arguments)
    while rest:
        word = rest.pop(0)
        if word == "--":
            continue
        if word in OPTIONS and word.removeprefix("--") in VALUED:
            follows = rest and rest[0].partition("=")[0] not in OPTIONS
            word = f"{word}={rest.pop(0) if follows else ''}"
        joined.append(word)
    return joined


def _parser() -> Parser:
    known = {ending: form.summary for ending, form in FORMS.items()} | dict(PICTURES)
    parser = Parser(
        prog="python -m exports",
        description="Write a race into a file; the ending says in which form.",
        epilog="\n".join(f"  {ending:14}{summary}" for ending, summary in known.items())
        + "\n\nThe status is 0 if it was written, with what could not be used of the link on\n"
        "standard error, and 2, with the reason there, if not.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("link", nargs="?", help="a link, its query, or a race file")
    pictures = parser.add_argument_group(
        "pictures and films", "Made in a browser: they want Playwright and Chromium."
    )

    def takes(group: argparse._ActionsContainer, name: str, words: str) -> None:
        group.add_argument(f"--{name}", action="append", metavar=name.upper(), help=words)

    def from_menu(name: str, words: str) -> None:
        field = FIELDS[name]
        default = f"; {field.default} by default" * (field.default != "0")
        takes(pictures, name, f"{words}: {field.range}{default}")

    takes(parser, "out", f"such as race.csv; {PIPE} for a pipe")
    takes(parser, "form", "such as .csv, where the name does not end in it")
    parser.add_argument("--force", action="store_true", help="write over a file that exists")
    takes(pictures, "panel", f"{one_of([*PANELS])}; all by default")
    pictures.add_argument("--dark", action="store_true", help="on a dark page")
    takes(pictures, "step", "of a picture; the last by default")
    from_menu("scale", "of a PNG")
    from_menu("width", "of a film, in pixels")
    from_menu("seconds", "of a film")
    from_menu("speed", "of a film; the whole race fills the seconds by default")
    from_menu("fps", "of a film, frames a second")
    from_menu("rest", "of a film, seconds at the end")
    return parser


if __name__ == "__main__":
    sys.exit(main())
