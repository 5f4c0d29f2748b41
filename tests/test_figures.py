"""What the pictures show is what the trajectories say."""

import base64
from dataclasses import replace
from io import BytesIO

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from experiment import Experiment, Lane, run, run_swarm
from figures.bands import bands
from figures.contour import contour_figure
from figures.curves import curve_figure
from figures.data import APART, CURVE_POINTS, MOST_FITS, data_figure, line_ends, rows_apart
from figures.marks import exit_labels
from figures.path import visible_path
from figures.profile import is_profile
from figures.race import race_figures
from figures.relief import relief
from figures.scene import scene_figure
from figures.sketch import step_shapes
from figures.style import COLORS, axis_name, lane_style, number_text
from figures.thumbnail import data_url, thumbnail
from figures.tree import tree_figure
from kept import GRIDS, Kept
from optimizers import OPTIMIZERS
from surfaces import SURFACES, Data, Surface, from_formula
from surfaces.critical import critical_points

ALL = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)


def laid(query):
    experiment = Experiment.from_query(query)
    assert not experiment.problems
    seen = relief(experiment.surface, experiment.scale)
    trajectories = run(experiment)
    return (
        experiment,
        seen,
        trajectories,
        [visible_path(trajectory, experiment.surface, seen) for trajectory in trajectories],
    )


def figures(query):
    experiment, seen, trajectories, paths = laid(query)
    names = [lane.name for lane in experiment.lanes]
    shapes = [
        step_shapes(lane.optimizer, t)
        for lane, t in zip(experiment.lanes, trajectories, strict=True)
    ]
    return (
        scene_figure(experiment.surface, seen, paths, names),
        contour_figure(experiment.surface, seen, paths, experiment.start, shapes),
        curve_figure(experiment, trajectories),
    )


@ALL
def test_every_picture_is_one_that_plotly_knows(surface):
    far = Lane(OPTIMIZERS["adam"](lr=10.0), label="leaves")
    alone = Lane(OPTIMIZERS["nelder_mead"]())
    x0, x1, y0, y1 = surface.domain
    middle = ((x0 + x1) / 2 + 0.1, (y0 + y1) / 2 + 0.1)
    race = Experiment(surface=surface, lanes=(far, alone), steps=30, swarm=(middle,))
    swarms = [run_swarm(race, lane) for lane in race.lanes]
    drawn = race_figures(race, run(race), swarms)
    flat = [plane.figure for plane in (drawn.contour, drawn.loss, drawn.data) if plane]
    for picture in filter(None, (drawn.scene, *flat)):
        go.Figure(picture.to_plotly_json())


def test_the_family_tree_is_a_picture_that_plotly_knows():
    go.Figure(tree_figure(OPTIMIZERS, "adam").to_plotly_json())


def by_role(figure, role):
    return [trace for trace in figure.data if trace.meta["role"] == role]


# Heights


@ALL
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_height_rises_with_the_loss_and_keeps_its_sign(surface, scale):
    seen = relief(surface, scale)
    losses = np.linspace(-100, 100, 201)
    heights = seen.height(losses)
    assert (np.diff(heights) > 0).all()
    assert (np.sign(heights) == np.sign(losses)).all()
    assert seen.low < seen.high


def test_a_linear_height_is_the_loss():
    losses = np.array([-3.0, 0.0, 7.0])
    assert (relief(SURFACES["saddle"], "linear").height(losses) == losses).all()


@ALL
def test_ticks_stand_at_the_heights_of_the_losses_they_name(surface):
    seen = relief(surface, "log")
    heights, names = seen.ticks()
    assert len(heights) >= 2
    assert heights == pytest.approx([seen.height(float(name.replace("−", "-"))) for name in names])


def test_rosenbrocks_valley_is_visible_at_once():
    seen = relief(SURFACES["rosenbrock"], "log")
    start, valley = seen.height(62.5), seen.height(4.0)
    assert (start - valley) / (seen.high - seen.low) > 0.2, "the wall stands out from the floor"
    assert (valley - seen.height(0.0)) / (seen.high - seen.low) > 0.1, "the floor slopes"


def test_an_undefined_region_stays_open():
    surface = from_formula("log(x) + y**2", domain=(-1, 1, -1, 1))
    seen = relief(surface, "linear")
    assert np.isnan(seen.loss).any()
    assert np.isfinite([seen.low, seen.high]).all()


def test_a_surface_that_is_defined_nowhere_says_so():
    with pytest.raises(ValueError, match="not defined anywhere"):
        relief(Surface("Nowhere", "log(-1 - x**2)", (-1, 1, -1, 1), (0, 0)), "linear")


# Level lines


def level_rings(surface):
    """The level and the vertices, in parts of the domain, of each ring that the map draws."""
    x0, x1, y0, y1 = surface.domain
    low, extent = np.array([[x0], [y0]]), np.array([[x1 - x0], [y1 - y0]])
    for band in bands(surface, relief(surface, surface.scale)):
        spots = (np.array([band.x, band.y], np.float64) - low) / extent
        for ring in np.split(spots, np.flatnonzero(np.isnan(spots[0])), axis=1):
            yield band.loss, ring[:, ~np.isnan(ring[0])]


def winds_around(ring, point):
    turn = np.diff(np.unwrap(np.arctan2(*(ring - point[:, None])))).sum()
    return abs(turn) > np.pi


CELL = 1 / 480  # of the map's own grid


class UpsideDown:
    """A surface of which a maximum is a minimum, so that those at kinks are found, too."""

    def __init__(self, surface):
        self.surface, self.domain = surface, surface.domain

    def value(self, theta):
        return -self.surface.value(theta)

    def gradient(self, theta):
        return -self.surface.gradient(theta)

    def hessian(self, theta):
        return -self.surface.hessian(theta)


@ALL
def test_a_line_that_closes_has_a_minimum_or_a_maximum_inside(surface):
    """Or within a hundredth of the picture, for a floor as thin as the grid's own cells."""
    x0, x1, y0, y1 = surface.domain
    found = [*surface.critical, *critical_points(UpsideDown(surface))]
    peaks = [*surface.minima, *((p.x, p.y) for p in found if p.kind != "saddle")]
    peaks = (np.reshape(peaks, (-1, 2)) - [x0, y0]) / [x1 - x0, y1 - y0]
    for loss, ring in level_rings(surface):
        if ring.min() > 1e-6 and ring.max() < 1 - 1e-6:
            ends = np.arange(ring.shape[1])
            at = np.linspace(0, ends[-1], 8 * len(ends))
            x, y = (np.interp(at, ends, each) for each in ring)
            near = np.hypot(peaks[:, :1] - x, peaks[:, 1:] - y)
            assert near.min() < 0.01 or any(winds_around(ring, peak) for peak in peaks), loss


@ALL
def test_a_line_lies_where_the_loss_is_what_it_says(surface):
    x0, x1, y0, y1 = surface.domain
    low, extent = np.array([[x0], [y0]]), np.array([[x1 - x0], [y1 - y0]])
    turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    around = np.concatenate(
        [r * CELL * np.array([np.cos(turn), np.sin(turn)]) for r in (0.5, 1)], 1
    )
    count = 0
    for loss, ring in level_rings(surface):
        inner = ring[:, np.all((ring > 1e-6) & (ring < 1 - 1e-6), axis=0)]
        if np.isnan(loss) or not inner.size:
            continue
        near = np.clip(inner[:, :, None] + around[:, None], 0, 1)
        values = surface.value(low[:, :, None] + extent[:, :, None] * near)
        slack = 1e-6 * np.ptp(values)
        assert (values.min(axis=1) <= loss + slack).all(), loss
        assert (values.max(axis=1) >= loss - slack).all(), loss
        count += inner.shape[1]
    assert count > 50


@pytest.mark.parametrize("key", ["griewank", "eggholder", "six_hump_camel"])
def test_what_a_line_leaves_out_is_beside_it(key, monkeypatch):
    """A tip too, which is near the line through its neighbours."""

    def rings():
        monkeypatch.setattr("figures.bands._kept", Kept(GRIDS))
        return [ring for _, ring in level_rings(SURFACES[key]) if ring.size]

    drawn = rings()
    monkeypatch.setattr("figures.bands.PASSES", 0)
    left_out = 0
    for all_there, ring in zip(rings(), drawn, strict=True):
        places, at = [], 0
        for spot in ring.T:
            at += int((all_there[:, at:] == spot[:, None]).all(axis=0).argmax())
            places.append(at)
        chord = np.searchsorted(places, np.arange(all_there.shape[1]), side="right") - 1
        chord = np.minimum(chord, len(places) - 2)
        begin, along = ring[:, chord], np.diff(ring, axis=1)[:, chord]
        here = all_there - begin
        share = np.clip((here * along).sum(axis=0) / (along**2).sum(axis=0), 0, 1)
        assert np.hypot(*(here - share * along)).max() < 0.5 * CELL
        left_out += all_there.shape[1] - len(places)
    assert left_out > 1000


def test_the_map_has_its_lines_where_a_person_wants_them():
    link = "surface=eggholder&lane=sgd&steps=2"
    levels = "/".join(map(str, range(-900, 600, 50)))
    for own, losses in (("levels=500/-3/1e9", [-3, 500]), (f"levels={levels}", None)):
        race = Experiment.from_query(f"{link}&{own}")
        assert not race.problems
        seen = relief(race.surface, race.scale, race.contours)
        drawn = [band.loss for band in bands(race.surface, seen)][1:]
        assert drawn == (losses or sorted(race.contours))
    nowhere = Experiment.from_query(f"{link}&levels=1e9")
    seen = relief(nowhere.surface, nowhere.scale, nowhere.contours)
    assert len(seen.levels()) > 9


@ALL
def test_levels_are_few_and_round_and_some_of_them_are_labelled(surface):
    seen = relief(surface, surface.scale)
    levels = seen.levels()
    heights = np.diff([seen.low, *seen.height(levels), seen.high]) / (seen.high - seen.low)
    assert 10 <= len(levels) <= 24
    assert heights.max() < 0.2
    assert all(float(f"{level:.3g}") == level for level in levels)
    (labels,) = by_role(figures(f"surface={surface.key}&lane=sgd&steps=2")[1].figure, "level")
    assert 2 <= len(labels.text) <= 4
    for x, y, text in zip(labels.x, labels.y, labels.text, strict=True):
        loss = float(text.replace("−", "-"))
        assert float(surface.value((x, y))) == pytest.approx(loss, abs=0.3 * np.ptp(levels))


def test_rosenbrocks_valley_has_one_lake():
    inner = [r for _, r in level_rings(SURFACES["rosenbrock"]) if 1e-6 < r.min() < r.max() < 0.999]
    assert len(inner) == 1


def test_the_map_ends_where_the_surface_does():
    surface = from_formula("log(x) + y**2", domain=(-1, 1, -1, 1))
    for _, ring in level_rings(surface):
        assert ring[0].min() >= 0.5


# Paths


def test_a_path_inside_the_view_passes_through_every_iterate():
    _, _, trajectories, paths = laid("steps=300&lane=momentum&lane=adam(lr=0.1)")
    for trajectory, path in zip(trajectories, paths, strict=True):
        whole = path.step == np.floor(path.step)
        assert (path.step[whole] == np.arange(301)).all()
        assert np.column_stack([path.x, path.y])[whole] == pytest.approx(trajectory.theta)
        assert len(path.exits) == 0


def test_a_path_lies_on_the_surface_between_its_iterates_too():
    experiment, seen, _, paths = laid("surface=himmelblau&steps=50&lane=sgd(lr=0.03)")
    path = paths[0]
    assert (path.step != np.floor(path.step)).any(), "long steps are divided"
    on_surface = seen.height(experiment.surface.value(np.stack([path.x, path.y])))
    assert path.height == pytest.approx(on_surface + seen.lift)


def test_a_lane_that_leaves_is_cut_at_the_edge_with_its_step():
    experiment, _, trajectories, paths = laid("surface=saddle(a=6,b=3)&steps=150&lane=sgd(lr=0.01)")
    ((x, y, _, step),) = paths[0].exits
    x0, x1, _, y1 = experiment.surface.domain
    inside = trajectories[0].theta[:, 1] <= y1
    assert step == np.argmin(inside), "the step that leaves"
    assert y == pytest.approx(y1)
    assert x0 <= x <= x1
    assert paths[0].y.max() <= y1
    assert trajectories[0].theta[:, 1].max() > y1, "the data are not clipped"


def test_the_labels_of_exits_cover_neither_each_other_nor_a_cross():
    lanes = "lane=sgd(lr=3)&lane=sgd(lr=2.5)&lane=momentum(lr=2)&lane=adam(lr=3)"
    for query in ("surface=saddle&steps=600", "surface=ravine&" + lanes, "surface=bukin6"):
        experiment, _, _, paths = laid(query)
        x0, x1, y0, y1 = experiment.surface.domain
        boxes, crosses = [], []
        for path, labels in zip(paths, exit_labels(experiment.surface.domain, paths), strict=True):
            for (x, y, *_), (text, place) in zip(path.exits, labels, strict=True):
                spot = np.array([(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)])
                crosses.append(spot)
                if text:
                    toward = np.array(["left" not in place, "top" in place]) * 2 - 1
                    middle = spot + toward * (0.018 + np.array([0.01 * len(text), 0.018]))
                    boxes.append((middle, np.array([0.02 * len(text), 0.036])))
        assert boxes
        for i, (middle, size) in enumerate(boxes):
            assert not any((np.abs(middle - cross) < size / 2).all() for cross in crosses)
            for other, width in boxes[:i]:
                assert (np.abs(middle - other) > (size + width) / 2 - 1e-9).any()


def test_a_lane_that_comes_back_is_drawn_in_two_stretches():
    _, _, _, paths = laid("surface=quadratic(condition=100,angle=30)&lane=sgd(lr=0.5)&steps=5")
    path = paths[0]
    gaps = np.isnan(path.x)
    assert gaps.sum() >= 1
    assert (np.isnan(path.height) == gaps).all()
    assert (np.diff(path.step) >= 0).all()
    assert len(path.exits) == gaps.sum() + 1


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("lr", ["0.0001", "0.03", "1", "1000"])
def test_no_path_leaves_the_domain_and_only_gaps_are_nan(surface, lr):
    experiment, _, _, paths = laid(f"surface={surface}&steps=40&lane=sgd(lr={lr})")
    x0, x1, y0, y1 = experiment.surface.domain
    path = paths[0]
    drawn = np.isfinite(path.x)
    assert drawn[0]
    assert drawn[-1]
    assert ((x0 <= path.x[drawn]) & (path.x[drawn] <= x1)).all()
    assert ((y0 <= path.y[drawn]) & (path.y[drawn] <= y1)).all()
    assert np.isfinite(path.height[drawn]).all()
    assert np.isfinite(path.exits).all()


@pytest.mark.parametrize(
    "lane", ["sgd(lr=1e200)", "muon(weight_decay=3.8e157)", "adamw(weight_decay=1e300)"]
)
def test_a_run_that_diverges_at_its_first_steps_still_has_a_path(lane):
    _, _, _, paths = laid(f"surface=formula&formula=x&lane={lane}&steps=10")
    assert len(paths[0].step) >= 1
    assert np.isfinite(paths[0].head).all()


# Of one variable


def test_a_function_of_x_alone_is_drawn_as_a_curve_with_the_lanes_on_it():
    race = Experiment.from_query("formula=x^2-cos(3x)&steps=30&lane=adam(lr=0.1)&lane=sgd(lr=0.2)")
    trajectories = run(race)
    drawn = race_figures(race, trajectories)
    trails = by_role(drawn.scene, "trail")
    for scale in ("linear", "log"):
        picture = race_figures(replace(race, scale=scale), trajectories).contour
        go.Figure(picture.figure.to_plotly_json())
        seen = relief(race.surface, scale)
        for lane, trail in zip(picture.lanes, trails, strict=True):
            assert (lane["x"] == trail.x).all()  # and so at each step where the scene has it
            on_curve = seen.height(race.surface.value(np.stack([lane["x"], trail.y])))
            np.testing.assert_allclose(lane["y"], on_curve, atol=1e-9)
        height = float(seen.height(race.surface.value(race.start)))
        x, y = race.start
        assert picture.start == {"x": x, "y": pytest.approx(height), "held": y}
        (stars,) = by_role(picture.figure, "minima")
        assert stars.x == pytest.approx([0], abs=1e-6), "one, not one for each y"
        low, high = picture.figure.layout.yaxis.range
        assert low < stars.y[0] < picture.start["y"] < high
    assert trajectories[0].theta.shape == (31, 2), "the path stays in the plane"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("formula=x^2", True),
        ("surface=formula(a=2)&formula=a*x^2", True),
        ("formula=x^2%2By", False),
        ("formula=y^2", False),
        ("formula=3", False),
        ("surface=formula(rotate=30)&formula=x^2", False),
        ("surface=booth", False),
        ("surface=linear_regression", False),
    ],
)
def test_what_is_drawn_as_a_curve(query, expected):
    assert is_profile(Experiment.from_query(f"{query}&steps=2&lane=sgd").surface) is expected


# Figures


def test_every_lane_is_in_every_picture():
    scene, contour, loss = figures("lane=adam(lr=0.1)&lane=sgd&lane=momentum&steps=100")
    for role in ("path", "trail"):
        assert [trace.meta["lane"] for trace in by_role(scene, role)] == [0, 1, 2]
    for plane in (contour, loss):
        assert [len(lane["x"]) == len(lane["y"]) > 1 for lane in plane.lanes] == [True] * 3
    assert len(by_role(scene, "heads")[0].x) == 3


def test_the_minima_are_starred_and_the_start_is_ringed():
    scene, contour, _ = figures("surface=himmelblau&start=1,2&lane=sgd&steps=10")
    for figure in (scene, contour.figure):
        (minima,) = by_role(figure, "minima")
        assert list(zip(minima.x, minima.y, strict=True)) == list(SURFACES["himmelblau"].minima)
    assert contour.start == {"x": 1, "y": 2}


def test_a_surface_without_minima_has_no_star():
    scene, _, _ = figures("surface=saddle&lane=sgd&steps=10")
    assert len(by_role(scene, "minima")[0].x) == 0


def test_the_loss_axis_is_logarithmic_unless_a_loss_is_negative():
    assert figures("lane=sgd&steps=10")[2].figure.layout.yaxis.type == "log"
    saddle = figures("surface=saddle&lane=sgd(lr=0.05)&steps=100")[2]
    assert saddle.figure.layout.yaxis.type == "linear"


def test_the_loss_is_drawn_per_step_or_per_evaluation():
    experiment = Experiment.from_query("lane=adam(lr=0.1)&steps=10")
    (trajectory,) = run(experiment)
    greedy = replace(trajectory, asked=3 * trajectory.asked)
    per_step = curve_figure(experiment, [greedy])
    per_evaluation = curve_figure(replace(experiment, per="evaluation"), [greedy])
    assert per_step.lanes[0]["x"].tolist() == list(range(11))
    assert per_evaluation.lanes[0]["x"].tolist() == list(range(0, 31, 3))
    assert per_evaluation.lanes[0]["step"].tolist() == list(range(11))


def test_losses_within_a_decade_have_ticks_between_them():
    for query in (
        "surface=logistic_regression(standardize=true)&lane=sgd",
        "surface=plateau&lane=sgd",
    ):
        axis = figures(query + "&steps=60")[2].figure.layout.yaxis
        low, high = 10 ** np.array(axis.range)
        assert 2 <= sum(low <= tick <= high for tick in axis.tickvals) <= 8


def test_a_lane_that_diverges_does_not_flatten_the_others():
    calm = figures("lane=adam(lr=0.1)&steps=100")[2].figure.layout.yaxis.range
    wild = figures("lane=adam(lr=0.1)&lane=sgd(lr=0.01)&steps=100")[2].figure.layout.yaxis.range
    assert wild[1] == pytest.approx(calm[1], abs=0.3)


def test_a_loss_of_exactly_zero_leaves_a_finite_axis():
    axis = figures("surface=booth&start=1,3&lane=sgd&steps=10")[2].figure.layout.yaxis
    assert np.isfinite(axis.range).all()


@pytest.mark.parametrize("formula", ["2", "0", "x - x", "5e-324", "1 - 1e-17x", "1e-320x"])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_level_ground_is_drawn_without_lines(formula, scale):
    scene, contour, _ = figures(f"formula={formula}&scale={scale}&lane=sgd&steps=3")
    assert contour.start is not None
    assert "surface" in {each.meta["role"] for each in scene.data}
    assert not relief(from_formula(formula), scale).levels().size


def test_all_lanes_differ_in_colour_or_dash():
    assert len(set(COLORS)) == len(COLORS) == 8
    assert len({(lane_style(i).color, lane_style(i).dash) for i in range(8)}) == 8
    assert len({lane_style(i).pattern for i in range(6)}) == 6


# Thumbnails


def test_a_thumbnail_is_a_picture_that_is_darkest_in_the_valleys():
    surface = SURFACES["himmelblau"]
    pixels = thumbnail(surface)
    kind, _, text = data_url(pixels).partition(",")
    assert kind == "data:image/png;base64"
    opened = Image.open(BytesIO(base64.b64decode(text)))
    np.testing.assert_array_equal(np.asarray(opened), pixels)
    x0, x1, y0, y1 = surface.domain
    n = len(pixels) - 1
    brightness = pixels.mean(axis=-1)
    for x, y in surface.minima:
        row, column = round(n * (y1 - y) / (y1 - y0)), round(n * (x - x0) / (x1 - x0))
        assert brightness[row, column] == brightness.min()


# Shapes


def at(shape, step):
    """The vertices that are shown at a step, (2, k)."""
    shown = shape.step == shape.step[shape.step <= step].max()
    return np.array([shape.x[shown], shape.y[shown]])


def run_with_shape(query):
    experiment = Experiment.from_query(query)
    (trajectory,) = run(experiment)
    return (
        experiment.lanes[0].optimizer,
        trajectory,
        step_shapes(experiment.lanes[0].optimizer, trajectory),
    )


def test_nelder_mead_shows_its_simplex_with_the_point_at_a_corner():
    _, trajectory, shape = run_with_shape("surface=himmelblau&steps=40&lane=nelder_mead")
    assert shape.kind == "polygon"
    for step in (1, 7, 40):
        np.testing.assert_array_equal(at(shape, step), trajectory.state["simplex"][step - 1])
        assert trajectory.theta[step] in at(shape, step).T


def test_the_trust_region_is_around_the_point_and_holds_the_next_step():
    _, trajectory, shape = run_with_shape("steps=20&lane=trust_region(radius=0.5)")
    assert shape.kind == "circle"
    for step in range(1, len(trajectory.theta) - 1):
        centre, edge = at(shape, step).T
        np.testing.assert_array_equal(centre, trajectory.theta[step])
        reach = np.hypot(*(edge - centre))
        assert np.hypot(*(trajectory.theta[step + 1] - centre)) <= reach * (1 + 1e-9)


def test_a_line_search_shows_every_point_it_tried_down_to_the_one_it_took():
    optimizer, trajectory, shape = run_with_shape("steps=30&lane=line_search_gd")
    assert shape.kind == "points"
    for step in range(1, 31):
        tried = at(shape, step)
        assert tried.shape[1] == trajectory.state["tries"][step - 1]
        np.testing.assert_allclose(tried[:, -1], trajectory.theta[step], rtol=1e-12)
        g = trajectory.gradient[step - 1]
        first = trajectory.theta[step - 1] - optimizer.max_lr * g
        np.testing.assert_allclose(tried[:, 0], first, rtol=1e-12)


def test_a_shape_that_does_not_change_crosses_once():
    _, trajectory, shape = run_with_shape("surface=himmelblau&steps=2000&lane=nelder_mead")
    assert len(trajectory.theta) == 2001
    assert len(shape.x) < 3 * 200


def test_other_methods_show_their_path_only():
    _, contour, _ = figures("steps=20&lane=adam(lr=0.1)&lane=nelder_mead")
    assert ["shape" in lane for lane in contour.lanes] == [False, True]


# Data


def drawn(query):
    experiment = Experiment.from_query(query)
    trajectories = run(experiment)
    return experiment.surface, trajectories, data_figure(experiment.surface, trajectories)


LANES = "&lane=sgd(lr=0.01)&lane=adam(lr=0.1)&steps=30&batch=8"


def test_the_data_are_points_and_every_lane_has_a_line_at_every_step():
    surface, trajectories, plane = drawn("surface=linear_regression(standardize=true)" + LANES)
    (points,) = by_role(plane.figure, "data")
    np.testing.assert_array_equal([points.x, points.y], surface.data.columns)
    for lane, trajectory in zip(plane.lanes, trajectories, strict=True):
        ends = np.reshape(lane["fit"]["rows"], (-1, 2, 2))
        since = lane["fit"]["since"].astype(int)
        assert (since[0], since[-1]) == (0, 30)
        for step, line in zip(since, ends, strict=True):
            a, b, c = surface.line(trajectory.theta[step])
            np.testing.assert_allclose(line @ (a, b) + c, 0, atol=1e-12)


@pytest.mark.parametrize("name", ["one_hidden_unit", "network_slice"])
def test_a_network_has_a_curve_that_looks_like_that_of_every_step(name):
    lanes = "&lane=sgd(lr=0.1)&lane=adam(lr=0.05)&steps=100&batch=12"
    surface, trajectories, plane = drawn(f"surface={name}{lanes}")
    low, high = plane.figure.layout.yaxis.range
    for lane, trajectory in zip(plane.lanes, trajectories, strict=True):
        since, curves = lane["fit"]["since"].astype(int), lane["fit"]["rows"]
        assert since[0] == 0
        assert 1 < len(since) <= MOST_FITS
        assert curves.shape == (len(since), CURVE_POINTS)
        for step in (0, 1, 9, 60, 100):
            shown = curves[np.searchsorted(since, step, side="right") - 1]
            exact = surface.curve(trajectory.theta[step], lane["fit"]["x"])
            assert np.abs(shown - exact).max() <= APART * (high - low) * 1.001


def test_fits_that_all_differ_are_still_few_and_the_last_is_exact():
    rng = np.random.default_rng(0)
    noisy = rng.normal(size=(2000, 5))
    rows = rows_apart(noisy)
    assert len(rows) <= MOST_FITS + 1
    assert (rows[0], rows[-1]) == (0, 1999)
    assert rows_apart(np.zeros((50, 5))).tolist() == [0, 49]
    assert rows_apart(np.zeros((1, 5))).tolist() == [0]


def test_the_two_classes_differ_and_the_boundary_runs_between_them():
    surface, (trajectory, _), plane = drawn(
        "surface=logistic_regression(standardize=true)&lane=sgd(lr=2)&lane=sgd&steps=200"
    )
    low, high = by_role(plane.figure, "data")
    assert len(low.x) + len(high.x) == surface.rows
    assert low.marker.symbol != high.marker.symbol
    a, b, c = surface.line(trajectory.theta[-1])
    assert np.mean(a * low.x + b * low.y + c < 0) > 0.6
    assert np.mean(a * high.x + b * high.y + c > 0) > 0.6
    assert plane.figure.layout.xaxis.title.text == "length in mm · ○ oak = 0, ● oak = 1"


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        ((1.0, -1.0, 0.0), (0, 0, 2, 2)),
        ((2.0, -1.0, 0.0), (0, 0, 2, 4)),
        ((0.0, 1.0, -3.0), (0, 3, 2, 3)),
        ((1.0, 0.0, -0.5), (0.5, 0, 0.5, 4)),
        ((1e-9, 0.0, -0.5e-9), (0.5, 0, 0.5, 4)),
        ((1.0, 1.0, -5.0), (1, 4, 2, 3)),
        ((1.0, 1.0, -7.0), (np.nan,) * 4),
        ((0.0, 0.0, 0.0), (np.nan,) * 4),
        ((1e300, 1e300, 1.0), (0, 0, 0, 0)),
    ],
)
def test_a_line_is_cut_at_the_edges_of_the_picture(line, ends):
    cut = line_ends(np.array([line]).T, np.array([0.0, 0.0]), np.array([2.0, 4.0]))[0]
    if ends == (0, 0, 0, 0):
        assert np.isnan(cut).all() or np.abs(cut).max() < 1e-9
    else:
        one, other = cut.reshape(2, 2), np.array(ends).reshape(2, 2)
        if not np.allclose(one, other, equal_nan=True):
            np.testing.assert_allclose(one[::-1], other)


def test_a_columns_name_is_no_markup():
    surface = SURFACES["linear_regression"].with_data(
        Data(("<b>$x$</b>", "a & b"), [[1, 2, 3], [1, 3, 2]])
    )
    layout = data_figure(surface, []).figure.layout
    assert layout.xaxis.title.text == "&lt;b>&#36;x&#36;&lt;/b>"
    assert layout.yaxis.title.text == "a &amp; b"


def test_a_picture_is_headed_by_the_formula_and_its_parameters():
    told = {
        "surface=rosenbrock(b=10)": "f(x, y) = (a − x)² + b·(y − x²)², a = 1, b = 10",
        "surface=formula(rotate=30)&formula=x^2-y^-1.5": "f(x, y) = x² − y^−1.5, rotate = 30",
    }
    for query, text in told.items():
        race = Experiment.from_query(f"{query}&lane=sgd&steps=2")
        drawn = race_figures(race, run(race))
        assert drawn.title == (race.surface.name, text)


def test_symbols_have_a_plain_text():
    texts = {
        "w_1": "w₁",
        r"\lambda_1": "λ₁",
        "k_{10}": "k₁₀",
        r"\Delta_{\max}": "Δ_max",
        r"\bar r_0^2": "r₀²",
        r"\alpha_\infty": "α_∞",
        r"\text{line search}": "line search",
    }
    assert {latex: axis_name(latex) for latex in texts} == texts


@pytest.mark.parametrize(
    "domain", [(-2, 2, -1, 3), (-5, 5, -1e-3, 1e-3), (0, 1e3, 7, 7.5)], ids=str
)
def test_the_scenes_numbers_keep_away_from_the_corners(domain):
    surface = from_formula("x^2 + y", domain)
    lane = Experiment().lanes[0]
    experiment = Experiment(surface=surface, lanes=(lane,), steps=2, scale="linear")
    seen = relief(surface, "linear")
    paths = [visible_path(run(experiment)[0], surface, seen)]
    scene = scene_figure(surface, seen, paths, ["one"]).layout.scene
    for axis in (scene.xaxis, scene.yaxis, scene.zaxis):
        low, high = axis.range
        ticks = axis.tickvals[:-1] if axis is scene.zaxis else axis.tickvals  # without its name
        inside = [(tick - low) / (high - low) for tick in ticks]
        assert 2 <= len(inside) <= 6
        assert 0.03 < min(inside) < max(inside) < 0.97


def test_numbers_beside_axes_and_lines_have_the_pages_one_notation():
    texts = {
        0.0: "0",
        -2.5: "−2.5",
        1234.5: "1234.5",
        0.001: "0.001",
        1e-5: "1e−5",
        150000: "1.5e5",
    }
    assert {value: number_text(value) for value in texts} == texts
    race = "surface=booth&lane=sgd(lr=0.05)&steps=600"
    axis = figures(race)[2].figure.layout.yaxis
    assert 4 <= len(axis.ticktext) <= 9
    assert [float(text.replace("−", "-")) for text in axis.ticktext] == list(axis.tickvals)
