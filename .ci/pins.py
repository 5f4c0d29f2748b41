#!/usr/bin/env python3
"""What can be asked of the pinned packages, for each Python and system they are pinned for.

    python .ci/pins.py wheels   # is there a binary of each? A gigabyte, thrown away
    python .ci/pins.py audit    # has any a known vulnerability? As pip-audit says, if it is told
    python .ci/pins.py floors   # the oldest that pyproject.toml admits of what it asks for

The status is 1 where one is missing or vulnerable, which is named. All want the package packaging;
the second wants pip-audit.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "Linux": ("linux", "x86_64", ["manylinux_2_28", "manylinux_2_27", "manylinux2014"]),
    "Linux on Arm": ("linux", "aarch64", ["manylinux_2_28", "manylinux_2_27", "manylinux2014"]),
    "macOS": ("darwin", "arm64", ["macosx_14_0"]),
    "Windows": ("win32", "amd64", ["win"]),
}
"""What sys.platform says there, the processor, and what the names of wheels say."""

ROOT = Path(__file__).parents[1]
PINS = ROOT / "requirements.txt"
PATIENCE = 60  # seconds, for what is asked over the network


def requirements() -> list[Requirement]:
    """The lines of requirements.txt."""
    lines = PINS.read_text(encoding="utf-8").splitlines()
    texts = (line.partition("#")[0].strip() for line in lines)
    return [Requirement(text) for text in texts if text]


def pins(python: str, system: str) -> list[str]:
    """What is pinned for a Python and a system, without markers: pip reads them as its own."""
    platform, processor, _ = SYSTEMS[system]
    here = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": platform,
        "platform_system": {"darwin": "Darwin", "linux": "Linux", "win32": "Windows"}[platform],
        "platform_machine": processor,
        "os_name": "nt" if platform == "win32" else "posix",
    }
    kept = (each for each in requirements() if not each.marker or each.marker.evaluate(here))
    return [f"{each.name}{each.specifier}" for each in kept]


def floors() -> int:
    """Print what the project asks for, each pinned to the oldest release that it admits."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for each in map(Requirement, project["dependencies"]):
        (oldest,) = (bound.version for bound in each.specifier if bound.operator == ">=")
        print(f"{each.name}=={oldest}")
    return 0


def wheels() -> int:
    """Download the packages as binaries only; print a line for each Python on each system."""
    failed = False
    for system, (_, processor, tags) in SYSTEMS.items():
        for python in PYTHONS:
            with tempfile.TemporaryDirectory() as folder:
                done = subprocess.run(
                    [
                        *(sys.executable, "-m", "pip", "download", "-q", "--no-deps"),
                        *("--only-binary=:all:", "--python-version", python, "-d", folder),
                        *(f"--platform={tag}_{processor}" for tag in tags),
                        *pins(python, system),
                    ],
                    capture_output=True,
                    text=True,
                )
            failed |= bool(done.returncode)
            said = done.stderr.strip() if done.returncode else "all there"
            print(f"{system}, Python {python}: {said}", flush=True)
    return int(failed)


def audit() -> int:
    """Ask pip-audit; print what it knows, or that it is told nothing here."""
    audited, silent, found = set(), set(), set()
    for pinned in {tuple(pins(python, system)) for python in PYTHONS for system in SYSTEMS}:
        said = _audited(pinned)
        for each in said:
            name = f"{each['name']} {each.get('version', '')}".strip()
            (audited if "vulns" in each else silent).add(name)
            for known in each.get("vulns", ()):
                mended = ", ".join(known["fix_versions"]) or "no version"
                found.add(f"{name}: {known['id']}, mended in {mended}")
        if not said:
            break  # whom it does not reach now it will not reach at once
    for line in sorted(found):
        print(line)
    if not audited:
        print("pip-audit: nothing answers it here, so nothing was audited")
    else:
        print(f"pip-audit: {len(found)} known vulnerabilities in {len(audited)} packages")
        if silent:
            print(f"pip-audit: not told of {', '.join(sorted(silent))}")
    return int(bool(found))


def _audited(pinned: Iterable[str]) -> list[dict[str, Any]]:
    """What pip-audit says of each package; nothing where it reaches nobody."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(pinned))
        file.flush()
        try:
            done = subprocess.run(
                [
                    *("pip-audit", "-r", file.name, "--disable-pip", "--no-deps"),
                    *("--progress-spinner=off", "--timeout=10", "--format=json"),
                ],
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
            return json.loads(done.stdout)["dependencies"]
        except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
            return []


if __name__ == "__main__":
    sys.exit({"wheels": wheels, "audit": audit, "floors": floors}[sys.argv[1]]())
