#!/usr/bin/env python3
"""What pytest skipped, from its reports (--junitxml, -o junit_family=xunit1), one an environment.

    python .ci/skipped.py --files REPORT    # the files of the tests that were skipped
    python .ci/skipped.py REPORT…           # the tests that no environment ran; the status is 1

A module that skips itself stands in a report in place of its tests, so it was run where one of them
was.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Case:
    """One line of a report: a test or, without a class's name, a module that did not load."""

    file: str
    module: str
    name: str
    reason: str  # why it was skipped; empty if it was run


def cases(report: Path) -> list[Case]:
    """What stands in a report. An expected failure was run."""
    found = []
    for case in ElementTree.parse(report).iter("testcase"):
        skip = case.find("skipped")
        left_out = skip is not None and skip.get("type") != "pytest.xfail"
        reason = skip.get("message") or "it does not say why" if left_out else ""
        said = (case.get(key, "") for key in ("file", "classname", "name"))
        found.append(Case(*said, reason))
    return found


def skipped_everywhere(reports: list[list[Case]]) -> dict[str, str]:
    """The tests that were skipped and that no report has as run, with the first reason."""
    run = {(case.module, case.name) for report in reports for case in report if not case.reason}
    modules = {module for module, _ in run}
    return {
        name_of(case): case.reason
        for report in reversed(reports)
        for case in report
        if case.reason and (case.module, case.name) not in run
        if case.module or case.name not in modules
    }


def name_of(case: Case) -> str:
    """As pytest takes it, but for a class."""
    return f"{case.file}::{case.name}" if case.module else case.file or case.name


def main(arguments: list[str]) -> int:
    """Print what is asked for."""
    reports = [cases(Path(each)) for each in arguments if each != "--files"]
    if "--files" in arguments:
        files = {case.file for report in reports for case in report if case.reason}
        print(*sorted(files), sep="\n")
        return 0
    everywhere = skipped_everywhere(reports)
    for name, reason in sorted(everywhere.items()):
        print(f"{name} was skipped in every environment: {' '.join(reason.split())}")
    return int(bool(everywhere))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
