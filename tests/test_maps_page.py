"""The page of maps, run without a browser."""

import csv
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from components import slide, sliders
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from app_pages.map_work import ENDS, Line, Shown
from experiment import Experiment
from experiment.maps import Basins, Sweep, read_map, regions
from exports.map_forms import MAP_FORMS
from figures.basins import OTHERS, basins_figure, shares
from figures.cells import PATTERNS
from figures.sweep import legend, limits, sweep_figure
from kept import result

PAGES = Path(__file__).parent.parent / "app_pages"
SCRIPT = f"""
import streamlit as st
maps = st.Page({str(PAGES / "maps.py")!r}, default=True)
st.navigation([maps, st.Page({str(PAGES / "race.py")!r}, url_path="race")]).run()
"""
SMALL = {"surface": "himmelblau", "lane": "adam(lr=0.1)", "grid": "20", "steps": "200"}


def visit(**parts):
    page = AppTest.from_string(SCRIPT, default_timeout=60)
    for key, value in parts.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def shown(page):
    return page.session_state.session.remembered[Shown].map


def linked(page):
    pairs = page.query_params.items()
    return read_map({k: v if isinstance(v, str) else list(v) for k, v in pairs})


def made(a_map):
    return [result(a_map.steps(lane)) for lane in a_map.lanes()]


def said(page):
    return " ".join(each.proto.body for each in page.get("html"))


@pytest.mark.parametrize(
    ("by", "named"), [("numba", True), ("NumPy and numba", True), ("NumPy", False)]
)
def test_a_map_by_numba_says_so(by, named):
    a_map = read_map({"kind": "basins", **SMALL})
    ((lane,), (ends,)) = a_map.lanes(), made(a_map)
    ENDS.clear()
    ENDS.get(a_map.key(lane), lambda: replace(ends, by=by))
    told = [each.value for each in visit(kind="basins", **SMALL).caption]
    assert ("Computed by numba: to the last digit the numbers of NumPy." in told) == named
    ENDS.clear()


def test_basins_are_drawn_from_their_link_and_told_in_a_table():
    page = visit(kind="basins", **SMALL)
    a_map = shown(page)
    assert linked(page) == a_map == read_map("kind=basins&" + query(SMALL))
    assert not page.warning
    for row in shares(a_map, made(a_map)):
        assert row.words[1:] in said(page)
        assert row.background.replace("#", "")[:30] in said(page).replace("#", "")


def test_a_loss_on_data_has_a_batch_and_another_has_none():
    page = visit(kind="basins", surface="linear_regression", lane="sgd(lr=0.1)", grid="10")
    slide(page, "batch-linear_regression-48", 8)
    assert linked(page).race.batch == shown(page).race.batch == 8
    assert any("an epoch is 6 steps" in each.value for each in page.caption)
    page = visit(kind="basins", **SMALL)
    assert not [key for key in sliders(page) if key.startswith("batch")]


def query(parts):
    return "&".join(f"{key}={value}" for key, value in parts.items())


def test_the_controls_change_the_map_and_its_link():
    page = visit(kind="basins", **SMALL, **{"start": "1,1"})
    page.number_input(key="map-grid").set_value(12).run()
    assert (shown(page).grid, linked(page)) == (12, shown(page))
    page.number_input(key="steps").set_value(50).run()
    assert linked(page).race.steps == shown(page).race.steps == 50
    page.button_group(key="map-kind").set_value("sweep").run()
    assert not page.exception
    assert isinstance(shown(page), Sweep)
    assert shown(page).x.key == "lr"
    assert linked(page) == shown(page)
    assert any("Tuned" in each.value for each in page.subheader)
    assert shown(page).race.start == (1.0, 1.0)


def test_what_cannot_be_used_of_a_link_is_said_and_a_problem_is_no_surface():
    page = visit(kind="basins", grid="4000", problem="reddi_deterministic", steps="20")
    text = page.warning[0].value
    assert "400 was used instead" in text
    assert "Rosenbrock was used instead" in text
    page = visit(kind="sweep", lane="bfgs", steps="20")
    assert "No lane has a number to set" in page.warning[0].value


def test_of_several_runs_it_is_said_what_counts_and_the_band_has_no_name_of_its_own():
    parts = {"surface": "booth", "lane": "sgd", "x": "lr(points=12)", "steps": "20", "noise": "1"}
    page = visit(kind="sweep", seeds="5", **parts)
    told = [each.value for each in page.caption]
    assert (
        "Of 5 runs at each place the median counts; the band is from the lower to the upper "
        "quartile." in told
    )
    a_map = shown(page)
    figure = sweep_figure(a_map, made(a_map))
    named = [trace.meta["role"] for trace in figure.data if trace.showlegend is not False]
    assert named == ["curve"]
    page = visit(kind="sweep", seeds="5", y="momentum(points=10)", **parts | {"lane": "momentum"})
    assert "Of 5 runs at each place the median counts." in [each.value for each in page.caption]
    assert not any("median counts" in e.value for e in visit(kind="sweep", **parts).caption)


def test_a_stopped_map_says_so_and_goes_on():
    ENDS.clear()
    page = visit(kind="basins", **SMALL)
    ENDS.clear()
    page.session_state.session.remembered[Shown].stopped = shown(page).to_query()
    page.run()
    assert "was stopped" in page.info[0].value
    page.button(key="go-on").click().run()
    assert not page.info
    assert "What becomes of the starts" in said(page)


def test_who_has_left_has_nothing_more_worked_out(monkeypatch):
    ENDS.clear()
    began = []

    def gone(*_):
        began.append(True)
        raise StopException

    monkeypatch.setattr("app_pages.map_work.turns.stay_aside", gone)
    page = visit(kind="basins", **SMALL)
    assert began == [True]
    assert shown(page).key(shown(page).lanes()[0]) not in ENDS
    assert "What becomes of the starts" not in said(page)


def test_the_tuned_race_opens():
    page = visit(kind="sweep", surface="ravine", lane="sgd", x="lr(points=20)", steps="100")
    (link,) = page.get("page_link")
    a_map = shown(page)
    assert Experiment.from_query(link.proto.query_string) == a_map.tuned(tuple(made(a_map))).race


def test_a_benchmark_is_drawn_told_and_changed():
    page = visit(
        kind="benchmark", surfaces="booth,beale", steps="50", lane="adam", instances="1", starts="2"
    )
    assert "Targets reached" in said(page)
    assert "13 learning rates" in page.caption[-1].value
    (own,) = made(shown(page))
    links = [Experiment.from_query(each.proto.query_string) for each in page.get("page_link")]
    assert [race.surface.key for race in links] == ["booth", "beale"]
    assert [race.lanes[0].optimizer.lr for race in links] == own.rate.tolist()
    page.multiselect(key="map-surfaces").unselect("beale").run()
    page.number_input(key="map-rates").set_value(0).run()
    assert not page.exception
    assert (linked(page).surfaces, linked(page).rates) == ("booth", 0)
    page.multiselect(key="map-surfaces").unselect("booth").run()
    assert linked(page).surfaces == "booth"
    assert not page.exception


def test_heavy_maps_take_turns_in_the_order_in_which_they_come():
    line = Line()
    with line.stand() as first:
        with line.stand() as second, line.stand() as third:
            assert (first(), second(), third()) == (0, 1, 2)
        with line.stand() as fourth:
            assert fourth() == 1
    with line.stand() as fifth:
        assert fifth() == 0


@pytest.mark.parametrize(
    "link",
    [
        "kind=basins&surface=himmelblau&lane=adam(lr=0.1)&grid=20",
        "kind=basins&surface=rastrigin&lane=adam(lr=0.1)&lane=sgd(lr=0.001)&shown=1,2&grid=30",
        "kind=basins&surface=branin&lane=adam&lane=sgd&shown=1,2&compare=difference&grid=12",
        "kind=basins&formula=log(x)%2By^2&lane=sgd(lr=0.1)&grid=12",
        "kind=sweep&surface=ravine&lane=sgd&lane=momentum&x=lr(points=12)",
        "kind=sweep&surface=booth&lane=sgd&noise=1&seeds=5&measure=evaluations&x=lr(points=12)",
        "kind=sweep&surface=ravine&lane=nesterov&x=lr(points=12)&y=momentum(points=10)",
        "kind=sweep&surface=booth&lane=sgd&lane=adam&lane=lion&measure=outcome&x=lr(points=12)",
    ],
)
def test_every_figure_is_one_that_plotly_takes_and_tells_each_cell(link):
    a_map = replace(read_map(link), race=replace(read_map(link).race, steps=150))
    ends = made(a_map)
    figure = basins_figure(a_map, ends) if isinstance(a_map, Basins) else sweep_figure(a_map, ends)
    type(figure)(figure.to_dict())  # validates
    for trace in figure.data:
        if trace.meta["role"] == "cells":
            assert trace.z.max() < len(trace.meta["words"])
            assert trace.z.shape == np.shape(trace.customdata) == (len(trace.y), len(trace.x))
    assert len(figure.to_json()) < 200_000


def test_no_two_looks_of_a_legend_are_alike_and_what_is_no_minimum_has_a_pattern_of_its_own():
    assert len({kind.background for kind in OTHERS.values()}) == len(OTHERS)
    inside = [kind.pattern for name, kind in OTHERS.items() if name != "undefined"]
    assert len(set(inside)) == len(inside)
    assert set(inside) == set(PATTERNS) - {""}


def test_the_shares_of_a_map_are_those_of_its_runs():
    a_map = read_map("kind=basins&surface=himmelblau&lane=adam(lr=0.1)&grid=15&steps=200")
    ends = made(a_map)
    rows = shares(a_map, ends)
    assert sum(row.parts[0] for row in rows) == pytest.approx(1)
    found = regions(a_map.surface, ends)
    for i, row in enumerate(rows[: len(found.minima)]):
        there = found.place[0] == i
        assert row.parts[0] == there.mean()
        assert row.steps[0] == int(np.median(ends[0].step[there]))


def test_the_limits_of_theory_are_drawn_where_they_are():
    a_map = read_map("kind=sweep&surface=ravine&lane=sgd&lane=nesterov&lane=adam&x=lr(points=20)")
    figure = sweep_figure(a_map, made(a_map))
    drawn = [shape.x0 for shape in figure.layout.shapes]
    assert drawn == [limit for _, _, limit in limits(a_map)]
    assert drawn == pytest.approx([2.0, 2 * 1.9 / 2.8])
    assert not legend(a_map, made(a_map))


def test_heat_maps_of_lanes_have_one_size_one_range_and_each_axis_is_told_once():
    lanes = "lane=sgd&lane=momentum&lane=nesterov"
    a_map = read_map(f"kind=sweep&surface=quadratic&{lanes}&y=momentum(points=10)&x=lr(points=12)")
    layout = sweep_figure(a_map, made(a_map)).layout
    x, y = a_map.axes
    sides = [layout[f"{letter}axis{i}"] for letter in "xy" for i in ("", 2, 3)]
    assert len({round(axis.domain[1] - axis.domain[0], 9) for axis in sides[:3]}) == 1
    assert len({round(axis.domain[1] - axis.domain[0], 9) for axis in sides[3:]}) == 1
    assert [axis.matches for axis in sides] == [None, "x", "x", None, "y", "y"]
    low, high = sides[0].range
    first, second = np.log10(x.values[:2])
    assert low == pytest.approx(first - (second - first) / 2)
    assert high == pytest.approx(np.log10(x.high) + (second - first) / 2, abs=1e-4)
    assert [axis.title.text for axis in sides] == [None, "lr", "lr", y.key, None, y.key]
    assert [axis.showticklabels is False for axis in sides[3:]] == [False, True, False]


def test_a_legend_says_where_the_shades_begin_and_that_lower_is_as_dark():
    axes = "y=momentum(points=20)&x=lr(points=20)"
    for steps, is_lower in ((100, True), (5, False)):
        a_map = read_map(f"kind=sweep&surface=quadratic&lane=momentum&{axes}&steps={steps}")
        ends = made(a_map)
        (_, words), *_ = legend(a_map, ends)
        floor = ends[0].loss[ends[0].kind != "diverged"].max() / 1e16
        assert (ends[0].loss.min() < floor) == is_lower == ("or less (dark)" in words)


def test_outcomes_along_one_axis_are_told_by_their_patterns_and_have_theorys_limit():
    a_map = read_map(
        "kind=sweep&surface=quadratic&lane=sgd&lane=adam&x=lr(points=30)&measure=outcome&steps=100"
    )
    ends = made(a_map)
    figure = sweep_figure(a_map, ends)
    ((_, _, limit),) = limits(a_map)
    assert [(shape.x0, shape.xref) for shape in figure.layout.shapes] == [(limit, "x")]
    for trace, ran in zip(figure.data, ends, strict=True):
        codes = np.array(trace.z)
        kinds = ran.kind[0, :, 0]
        assert trace.meta["strip"]
        for kind in set(kinds) - {"converged"}:
            looks = set(codes[:, kinds == kind].ravel().tolist())
            assert len(looks) == 2 or (kinds == kind).sum() < 3
        assert {"diverged", "moving"} & set(kinds)


def test_a_map_as_a_table_reads_back():
    (table,) = (form for form in MAP_FORMS if form.ending == ".csv")
    a_map = read_map("kind=basins&surface=himmelblau&lane=adam(lr=0.1)&grid=10&steps=200")
    ends = made(a_map)
    rows = list(csv.DictReader(io.StringIO(table.make(a_map, ends))))
    assert [float(row["end_x"]) for row in rows] == ends[0].theta[0].reshape(-1).tolist()
    assert [float(row["x"]) for row in rows[:10]] == a_map.starts(10)[0, 0].tolist()
    assert {row["minimum"] for row in rows if row["outcome"] == "converged"} == {*"1234"}
    swept = read_map("kind=sweep&measure=evaluations&surface=booth&lane=sgd&x=lr(points=10)")
    rows = list(csv.DictReader(io.StringIO(table.make(swept, made(swept)))))
    assert [float(row["lr"]) for row in rows] == swept.x.values.tolist()
    assert any(row["reached"] for row in rows)
    assert not all(row["reached"] for row in rows)


@pytest.mark.parametrize(
    "link",
    [
        "kind=basins&surface=himmelblau&lane=adam(lr=0.1)&lane=sgd(lr=0.03,clip=5)&shown=1,2"
        "&grid=10&steps=60&noise=0.5",
        "kind=sweep&surface=beale(rotate=20)&lane=lookahead(adam,schedule=cosine)&lane=momentum"
        "&x=lr(points=10)&y=beta1(points=10)&steps=40",
    ],
)
def test_a_map_as_a_script_repeats_how_every_run_ends(link, tmp_path):
    (script,) = (form for form in MAP_FORMS if form.ending == ".py")
    a_map = read_map(link)
    assert not a_map.problems
    ends = made(a_map)
    file = tmp_path / "map.py"
    file.write_text(script.make(a_map, ends), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, file], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert all(lane.name in done.stdout for lane in a_map.lanes())
    names = {"__name__": "map"}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), names)
    for (_, optimizer, how), ran in zip(names["LANES"], ends, strict=True):
        if isinstance(a_map, Basins):
            grid = names["starts"]().reshape(2, -1)
        else:
            y, x = (each.reshape(-1) for each in np.meshgrid(names["Y"], names["X"], indexing="ij"))
            optimizer = optimizer(x, y)
            grid = np.repeat(np.array(names["STARTS"][0])[:, None], len(x), axis=1)
        theta, loss = names["settle"](optimizer, grid, **how)
        good = ran.kind.reshape(-1) != "diverged"
        assert good.any()
        assert np.array_equal(theta[:, good], ran.theta.reshape(2, -1)[:, good])
        assert np.array_equal(np.isinf(loss), ~good)


def test_a_benchmark_as_a_script_repeats_what_every_run_took(tmp_path):
    (script,) = (form for form in MAP_FORMS if form.ending == ".py")
    a_map = read_map(
        "kind=benchmark&surfaces=booth,beale&instances=2&starts=3&steps=60&rates=4&noise=0.1&seed=3"
        "&lane=adam&lane=momentum(clip=5)&lane=newton&lane=adam(lr=0.3,schedule=cosine)"
    )
    assert not a_map.problems
    assert not script.refuses(a_map)
    ends = made(a_map)
    file = tmp_path / "benchmark.py"
    file.write_text(script.make(a_map, ends), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, file], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    names = {"__name__": "benchmark"}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), names)
    took = names["evaluations"]()
    for (name, own), ran in zip(took.items(), ends, strict=True):
        assert np.isfinite(ran.reached).any()
        assert np.array_equal(own, ran.reached)
        there = np.isfinite(ran.reached).sum()
        assert f"{name}: {there} of {ran.reached.size} targets reached" in done.stdout


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("surface=logistic_regression", "made of one formula"),
        ("lane=nelder_mead", "takes one point at a time"),
        ("kind=sweep&lane=adam&noise=1&seeds=2", "made of one seed"),
    ],
)
def test_where_there_is_no_script_of_a_map_a_sentence_says_why(link, words):
    (script,) = (form for form in MAP_FORMS if form.ending == ".py")
    assert words in script.refuses(read_map(link))
