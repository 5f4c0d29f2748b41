"""Texts compiled by numba where it is installed: by another process, and kept on disk.

Compiling takes a second or more and would hold the interpreter, for which everybody waits; what
another process has compiled is loaded in a few hundredths.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from kept import GRAPHS, Kept

PACKAGE = "numba"
MOST = 200  # texts on disk
PATIENCE = 120  # seconds, after which a text is not compiled any more
BYTES = 400_000  # of a function, about

ALONE = "import sys; sys.path.insert(0, sys.argv[1]); __import__(sys.argv[2])"
"""What the other process does: numba compiles a module when it is imported."""

Function = Callable[..., None]


@cache
def is_installed() -> bool:
    """Whether numba is there."""
    return importlib.util.find_spec(PACKAGE) is not None


def folder() -> Path:
    """Where texts and what they were compiled to are kept, of this person alone."""
    home = Path.home()
    if sys.platform == "win32":
        caches = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        caches = home / "Library" / "Caches"
    else:
        caches = os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return Path(caches) / "descent-lab" / "kernels"


class Compiler:
    """Compiles one text at a time, and has the functions of those that are."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._functions: Kept[str, Function | None] = Kept(GRAPHS, lambda _: BYTES)
        self._at: tuple[str, subprocess.Popen[bytes], float] | None = None

    def function(self, text: str, *, compile: bool = False) -> Function | None:
        """The function `run` of a text, if it is there.

        Args:
            compile: whether it is worth loading, and otherwise compiling, unless another is.
        """
        if not is_installed():
            return None
        with self._lock:
            self._look()
            if text in self._functions or (compile and _is_kept(text)):
                return self._keep(text)
            if compile and self._at is None:
                self._begin(text)
            return None

    def wait(self) -> None:
        """Until what is being compiled is."""
        with self._lock:
            if self._at is not None:
                self._at[1].wait()
            self._look()

    def forget(self) -> None:
        """Drop all functions; what is on disk stays."""
        self.wait()
        self._functions.clear()

    def _look(self) -> None:
        """Load what the other process has compiled."""
        if self._at is None:
            return
        text, process, until = self._at
        if process.poll() is None:
            if monotonic() < until:
                return
            process.kill()
            process.wait()
        self._at = None
        self._keep(text, there=process.returncode == 0)

    def _begin(self, text: str) -> None:
        nowhere = subprocess.DEVNULL
        try:
            file = _written(text)
            self._at = (
                text,
                subprocess.Popen(
                    [sys.executable, "-P", "-c", ALONE, str(file.parent), file.stem],
                    stdin=nowhere,
                    stdout=nowhere,
                    stderr=nowhere,
                ),
                monotonic() + PATIENCE,
            )
        except (OSError, RuntimeError):  # no place to keep it, or no process to be had
            self._keep(text, there=False)

    def _keep(self, text: str, *, there: bool = True) -> Function | None:
        """The function of a text that is compiled; None, from then on, where that has failed."""

        def loaded() -> Function | None:
            try:
                return _loaded(_file(text)) if there else None
            except Exception:  # of another's package: it is done without
                return None

        return self._functions.get(text, loaded)


compiler = Compiler()


@cache
def _machine() -> tuple[str, ...]:
    return version(PACKAGE), sys.version, platform.machine(), platform.processor()


def _file(text: str) -> Path:
    """The file of a text, whose name also says for what it is compiled."""
    digest = sha256("\n".join((text, *_machine())).encode()).hexdigest()
    return folder() / f"run_{digest[:32]}.py"


def _is_kept(text: str) -> bool:
    try:
        file = _file(text)
        same = file.read_text(encoding="utf-8") == text
        return same and any(file.parent.glob(f"__pycache__/{file.stem}.*.nbc"))
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return False


def _written(text: str) -> Path:
    """A text's file, which is written where it is not there; the oldest go."""
    file = _file(text)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    others = sorted(file.parent.glob("run_*.py"), key=lambda each: each.stat().st_mtime)
    for old in others[: max(0, len(others) - MOST)]:
        for made in (*old.parent.glob(f"__pycache__/{old.stem}.*"), old):
            made.unlink(missing_ok=True)
    written = file.with_suffix(f".{os.getpid()}")
    written.write_text(text, encoding="utf-8")
    written.replace(file)
    return file


def _loaded(file: Path) -> Function:
    """The function of a file, which numba compiles unless it has."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    function: Function = module.run
    return function
