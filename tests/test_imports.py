"""Imports run one way, and only the screen knows Streamlit."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What a part of the project may import of the others. Imports run one way:
# app, app_pages → viewer, exports → lessons → player → figures → experiment → kernels → optimizers,
# surfaces → formulas; on the ground stand settings and kept.
GROUND = {"settings", "kept", "matrices", "registry"}
RULES = {"formulas", "optimizers", "surfaces"} | GROUND
RUN = {"kernels"} | RULES
DRAWN = {"experiment", "figures", "player", "lessons"} | RUN
KNOWS = {
    "settings": set(),
    "kept": set(),
    "matrices": set(),
    "registry": set(),
    "formulas": GROUND,
    "optimizers": {"formulas"} | GROUND,
    "surfaces": {"formulas"} | GROUND,
    "kernels": RULES,
    "experiment": RUN,
    "figures": {"experiment"} | RUN,
    "player": {"experiment", "figures"} | RUN,
    "lessons": {"experiment", "figures", "player"} | RUN,
    "exports": DRAWN,
    "viewer": DRAWN,
    "app_pages": {"exports", "viewer"} | DRAWN,
    "app": {"app_pages", "exports", "viewer"} | DRAWN,
}

# What it may import of others' packages, beside the standard library.
INSTALLED = {
    "formulas": {"numpy", "sympy"},
    "optimizers": {"numpy"},
    "surfaces": {"numpy"},
    "kernels": {"numpy"},  # and, where it is, numba, for which texts are written
    "experiment": {"numpy"},
    "figures": {"numpy", "plotly"},
    "lessons": {"numpy"},
    "player": set(),
    "exports": {"numpy", "plotly", "playwright"},  # which only exports/camera.py asks for
    "viewer": {"numpy", "plotly", "streamlit", "starlette"},
    "app_pages": {"numpy", "plotly", "streamlit", "PIL"},
    "settings": {"numpy"},
    "kept": {"numpy"},
    "matrices": {"numpy"},
    "registry": set(),
    "app": {"streamlit", "starlette"},
}

OUTSIDE = {"tests", "benchmarks", "docs"}


def part(file):
    """The folder under the root that a file belongs to, or its own name if it lies there."""
    return file.relative_to(ROOT).with_suffix("").parts[0]


SOURCES = sorted(
    file
    for file in ROOT.rglob("*.py")
    if not any(p.startswith((".", "__pycache__")) for p in file.relative_to(ROOT).parts)
    and "site-packages" not in file.parts
    and part(file) not in OUTSIDE
)


def imported(file):
    """The first names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield part(file) if node.level else node.module.partition(".")[0]


def test_every_part_of_the_project_has_its_place_in_the_order():
    assert {part(file) for file in SOURCES} <= KNOWS.keys()
    assert {"optimizers", "surfaces", "experiment"} <= {part(file) for file in SOURCES}


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_imports_only_what_its_part_may_know(file):
    here = part(file)
    allowed = {here} | KNOWS[here] | INSTALLED[here] | sys.stdlib_module_names
    assert set(imported(file)) <= allowed


@pytest.mark.parametrize("file", sorted(ROOT.glob("optimizers/*.py")), ids=lambda p: p.stem)
def test_no_rule_has_blas_add_up_whose_last_bits_are_the_processors(file):
    for node in ast.walk(ast.parse(file.read_text())):
        assert not isinstance(node, ast.MatMult)
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"dot", "vdot", "inner", "matmul", "einsum", "linalg"}


def test_the_core_loads_neither_streamlit_nor_plotly():
    code = (
        "import sys, experiment, optimizers, surfaces\n"
        "known = {'streamlit', 'plotly', 'pandas', 'playwright', 'torch'}\n"
        "print(*sorted(known & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize("recorder", sorted(ROOT.glob("tests/record_*.py")), ids=lambda p: p.stem)
def test_what_a_recorder_takes_from_another_is_there(recorder):
    """Their libraries are not installed here, so that only reading finds a name that went."""
    for node in ast.parse(recorder.read_text()).body:
        if isinstance(node, ast.ImportFrom) and (ROOT / f"tests/{node.module}.py").is_file():
            tree = ast.parse((ROOT / f"tests/{node.module}.py").read_text())
            there = {name.id for name in ast.walk(tree) if isinstance(name, ast.Name)}
            there |= {part.name for part in tree.body if hasattr(part, "name")}
            assert {name.name for name in node.names} <= there
