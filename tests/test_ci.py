"""What .ci/run relies on: it names what no environment has run, and what the audit says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CI = Path(__file__).parents[1] / ".ci"

TESTS = {
    "test_whole.py": """
        import pytest
        pytest.importorskip("library")
        def test_one(): pass
        def test_two(): pass
    """,
    "test_parts.py": """
        import pytest
        def test_run(): pass
        @pytest.mark.parametrize("n", [1, 2])
        def test_one(n): pytest.importorskip("library")
        @pytest.mark.xfail(reason="as expected")
        def test_expected(): assert False
    """,
    "test_never.py": """
        import pytest
        @pytest.mark.skip(reason="nobody likes it")
        def test_skipped(): pass
        class TestGroup:
            @pytest.mark.parametrize("n", [])
            def test_of_nothing(self, n): pass
    """,
    "test_nowhere.py": """
        import pytest
        pytest.importorskip("library_of_nobody")
        def test_one(): pass
    """,
    "test_inside.py": """
        import pytest
        pytest.importorskip("library")
        def test_one(): pass
        @pytest.mark.skip(reason="only seen where the library is")
        def test_two(): pass
    """,
}


def report(folder, name, workers, files):
    """The report of a run of tests, where `library` can be imported if a folder lib has it."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *files),
            *(("-p", "xdist", f"-n{workers}") if workers else ()),
            *(f"--junitxml={name}", "-o", "junit_family=xunit1"),
        ],
        cwd=folder,
        # Without the plugins that happen to be installed, which take longer to load than it to run.
        env={
            **os.environ,
            **{"PYTEST_ADDOPTS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": "lib"},
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return name


def skipped(folder, *arguments):
    done = subprocess.run(
        [sys.executable, CI / "skipped.py", *arguments], cwd=folder, capture_output=True, text=True
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def laid(tmp_path):
    """Lays out test files, some of which may want a library."""

    def lay(*names):
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        (tmp_path / "lib").mkdir()
        for name in names:
            lines = TESTS[name].strip("\n").splitlines()
            (tmp_path / name).write_text("\n".join(line[8:] for line in lines))
        return tmp_path

    return lay


@pytest.mark.parametrize("workers", [0, 2])
def test_what_an_environment_skips_another_may_run(laid, workers):
    folder = laid("test_whole.py", "test_parts.py")
    light = report(folder, "light.xml", workers, [])
    status, lines = skipped(folder, light)
    assert status == 1
    assert [line.partition(" was ")[0] for line in lines] == [
        "test_parts.py::test_one[1]",
        "test_parts.py::test_one[2]",
        "test_whole.py",
    ]
    assert "library" in lines[0]
    status, files = skipped(folder, "--files", light)
    assert (status, files) == (0, ["test_parts.py", "test_whole.py"])
    (folder / "lib" / "library.py").touch()
    full = report(folder, "full.xml", workers, files)
    assert skipped(folder, light, full) == (0, [])
    assert skipped(folder, full, light) == (0, [])


def test_what_every_environment_skips_is_named_with_its_reason(laid):
    folder = laid(*TESTS)
    light = report(folder, "light.xml", 0, [])
    (folder / "lib" / "library.py").touch()
    full = report(folder, "full.xml", 0, skipped(folder, "--files", light)[1])
    status, lines = skipped(folder, light, full)
    assert status == 1
    said = dict(line.split(" was skipped in every environment: ") for line in lines)
    assert list(said) == [
        "test_inside.py::test_two",
        "test_never.py::test_of_nothing[NOTSET]",
        "test_never.py::test_skipped",
        "test_nowhere.py",
    ]
    assert said["test_never.py::test_skipped"] == "nobody likes it"
    assert said["test_inside.py::test_two"] == "only seen where the library is"


def test_nothing_skipped_is_nothing_said(laid):
    folder = laid("test_parts.py")
    (folder / "lib" / "library.py").touch()
    full = report(folder, "full.xml", 0, [])
    assert skipped(folder, full) == (0, [])
    assert skipped(folder, "--files", full) == (0, [""])


ANSWERS = {
    "all is well": (
        '{"dependencies": [{"name": "numpy", "version": "2.4.6", "vulns": []}]}',
        0,
        "pip-audit: 0 known vulnerabilities in 1 packages\n",
    ),
    "one is vulnerable": (
        '{"dependencies": [{"name": "numpy", "version": "2.4.6", "vulns": '
        '[{"id": "CVE-1", "fix_versions": ["2.4.7"]}]}, {"name": "sympy", "skip_reason": "?"}]}',
        1,
        "numpy 2.4.6: CVE-1, mended in 2.4.7\n"
        "pip-audit: 1 known vulnerabilities in 1 packages\n"
        "pip-audit: not told of sympy\n",
    ),
    "it is told nothing": (
        '{"dependencies": [{"name": "numpy", "skip_reason": "not found"}]}',
        0,
        "pip-audit: nothing answers it here, so nothing was audited\n",
    ),
    "it ends in an error": (
        "Traceback: no connection",
        0,
        "pip-audit: nothing answers it here, so nothing was audited\n",
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_the_audit_fails_for_a_vulnerability_and_not_for_want_of_an_answer(tmp_path, case):
    answer, status, said = ANSWERS[case]
    auditor = tmp_path / "pip-audit"
    auditor.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\nexit 1\n")
    auditor.chmod(0o755)
    done = subprocess.run(
        [sys.executable, CI / "pins.py", "audit"],
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, said, "")
