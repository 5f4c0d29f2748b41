"""The command line: `python -m experiment "surface=booth&lane=sgd(lr=0.1)" --out race.csv`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from experiment import Experiment, run
from exports.camera import PICTURES, NoBrowserError, NoPictureError, shoot
from exports.forms import FORMS

# As the screen says them, and as the menu of pictures keeps them.
PANELS = {"all": "all", "scene": "scene", "map": "contour", "data": "data", "curve": "loss"}


def main(arguments: list[str] | None = None) -> int:
    """Write a race into a file; 0 if it was written, 2 if not.

    What cannot be used of the link is said on standard error, and the rest is written.
    """
    asked = _parser().parse_args(arguments)
    endings = [*FORMS, *PICTURES]
    ending = max((e for e in endings if asked.out.name.endswith(e)), key=len, default=None)
    if ending is None:
        return _refuse(f"{asked.out.name} has none of the endings there are: {', '.join(endings)}.")
    experiment = Experiment.from_query(asked.link.rpartition("?")[2])
    for problem in experiment.problems:
        print(problem, file=sys.stderr)
    if ending in FORMS and (refusal := FORMS[ending].refusal(experiment)):
        return _refuse(refusal)
    try:
        asked.out.write_bytes(_content(experiment, ending, asked))
    except (NoBrowserError, NoPictureError) as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"{asked.out} cannot be written: {error.strerror}.")
    return 0


def _content(experiment: Experiment, ending: str, asked: argparse.Namespace) -> bytes:
    trajectories = run(experiment)
    if ending in FORMS:
        return FORMS[ending].make(experiment, trajectories, "").encode()
    fields = {name: value for name, value in vars(asked).items() if name not in ("link", "out")}
    fields["panel"] = PANELS.get(asked.panel)
    return shoot(experiment, trajectories, ending, **fields)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    known = {ending: form.summary for ending, form in FORMS.items()} | dict(PICTURES)
    parser = argparse.ArgumentParser(
        prog="python -m experiment",
        description="Write a race into a file; the ending says in which form.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {ending:14}{summary}" for ending, summary in known.items()),
    )
    parser.add_argument("link", help="the query of a link, or the whole link")
    parser.add_argument("--out", required=True, type=Path, help="such as race.csv")
    pictures = parser.add_argument_group(
        "pictures and films", "Made in a browser: they want Playwright and Chromium."
    )
    pictures.add_argument("--panel", choices=PANELS, help="all by default")
    pictures.add_argument("--dark", action="store_true", help="on a dark page")
    pictures.add_argument("--step", type=int, help="of a picture; the last by default")
    pictures.add_argument("--scale", type=int, help="of a PNG, from 1 to 4; 2 by default")
    pictures.add_argument("--width", type=int, help="of a film, in pixels; 800 by default")
    pictures.add_argument("--seconds", type=float, help="of a film; 8 by default")
    pictures.add_argument(
        "--speed", help="of a film, such as 0.5; by default the whole race fills the seconds"
    )
    pictures.add_argument("--fps", type=int, help="frames a second; 20 by default")
    pictures.add_argument("--rest", type=float, help="seconds at the end; 1.2 by default")
    return parser


if __name__ == "__main__":
    sys.exit(main())
