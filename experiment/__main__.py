"""The command line: `python -m experiment "surface=booth&lane=sgd(lr=0.1)" --out race.csv`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from experiment import Experiment, run
from exports.forms import FORMS


def main(arguments: list[str] | None = None) -> int:
    """Write a race into a file; 0 if it was written, 2 if not.

    What cannot be used of the link is said on standard error, and the rest is written.
    """
    parser = argparse.ArgumentParser(
        prog="python -m experiment",
        description="Write a race into a file; the ending says in which form.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {form.ending:11}{form.summary}" for form in FORMS.values()),
    )
    parser.add_argument("link", help="the query of a link, or the whole link")
    parser.add_argument("--out", required=True, type=Path, help="such as race.csv")
    asked = parser.parse_args(arguments)
    ending = max((e for e in FORMS if asked.out.name.endswith(e)), key=len, default=None)
    if ending is None:
        known = ", ".join(FORMS)
        print(f"{asked.out.name} has none of the endings there are: {known}.", file=sys.stderr)
        return 2
    experiment = Experiment.from_query(asked.link.rpartition("?")[2])
    for problem in experiment.problems:
        print(problem, file=sys.stderr)
    form = FORMS[ending]
    if refusal := form.refusal(experiment):
        print(refusal, file=sys.stderr)
        return 2
    text = form.make(experiment, run(experiment), "")
    try:
        asked.out.write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"{asked.out} cannot be written: {error.strerror}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
