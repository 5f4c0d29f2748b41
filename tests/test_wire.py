"""What the browser receives."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from figures.wire import LARGEST, LEVELS, pack


def unpack(packed):
    length = int.from_bytes(packed[:4], "little")
    head = json.loads(packed[4 : 4 + length])
    arrays, offset = [], 4 + length
    for entry in head["arrays"]:
        count = int(np.prod(entry["shape"]))
        if "low" in entry:
            levels = np.frombuffer(packed, "<u2", count, offset).astype(float)
            levels[levels > LEVELS] = np.nan
            flat = entry["low"] + levels / LEVELS * (entry["high"] - entry["low"])
        elif "from" in entry:
            flat = entry["from"] + np.arange(count)
        else:
            flat = np.frombuffer(packed, "<f4", count, offset)
        arrays.append(flat.reshape(entry["shape"]))
        offset += 0 if "from" in entry else (2 if "low" in entry else 4) * count
        offset += -offset % 4
    assert offset == len(packed)
    return head, arrays


def figure(**trace):
    return go.Figure(data=[go.Scatter(**trace)], layout={"template": "none"})


def test_numbers_arrive_as_float32_in_their_shape():
    x, y = np.linspace(0, 1, 7), np.arange(7) ** 2
    z = np.arange(6.0).reshape(2, 3)
    surface = go.Figure(data=[go.Surface(z=z)], layout={"template": "none"})
    head, arrays = unpack(pack({"steps": 6}, {"loss": figure(x=x, y=y), "scene": surface}))
    trace = head["figures"]["loss"]["data"][0]
    assert (arrays[trace["x"]["$"]] == x.astype("f4")).all()
    assert (arrays[trace["y"]["$"]] == y).all()
    assert arrays[head["figures"]["scene"]["data"][0]["z"]["$"]] == pytest.approx(z, abs=1e-4)
    assert head["steps"] == 6


def test_numbers_that_count_on_weigh_nothing():
    steps, gap = np.arange(-3.0, 5000.0), np.array([0.0, 1.0, 3.0])
    packed = pack({}, {"a": figure(x=steps, y=gap), "b": figure(x=np.full(9, 1e300))})
    head, arrays = unpack(packed)
    trace = head["figures"]["a"]["data"][0]
    assert (arrays[trace["x"]["$"]] == steps).all()
    assert (arrays[trace["y"]["$"]] == gap).all()
    assert (arrays[head["figures"]["b"]["data"][0]["x"]["$"]] == LARGEST).all()
    assert len(packed) < 2000


def test_a_grid_arrives_within_a_hundred_thousandth_of_its_range_and_keeps_its_holes():
    z = np.random.default_rng(0).normal(size=(5, 7)) * 1e6
    z[2, 3] = np.nan
    surface = go.Figure(data=[go.Surface(z=z)], layout={"template": "none"})
    head, arrays = unpack(pack({}, {"scene": surface}))
    arrived = arrays[head["figures"]["scene"]["data"][0]["z"]["$"]]
    assert (np.isnan(arrived) == np.isnan(z)).all()
    assert np.nanmax(abs(arrived - z)) < 1e-5 * (np.nanmax(z) - np.nanmin(z))


def test_a_flat_grid_arrives_flat():
    surface = go.Figure(data=[go.Surface(z=np.full((2, 2), 3.0))], layout={"template": "none"})
    _, arrays = unpack(pack({}, {"scene": surface}))
    assert (arrays[0] == 3).all()


def test_an_array_that_two_pictures_share_crosses_once():
    x = np.linspace(0, 1, 1000)
    once = pack({}, {"a": figure(x=x, y=x)})
    twice = pack({}, {"a": figure(x=x, y=x), "b": figure(x=x.copy(), y=x)})
    assert len(twice) - len(once) < 400
    head, _ = unpack(twice)
    assert len(head["arrays"]) == 1


def test_equal_bytes_in_another_shape_are_another_array():
    flat = np.arange(6.0)
    surface = go.Figure(data=[go.Surface(z=flat.reshape(2, 3))], layout={"template": "none"})
    head, _ = unpack(pack({}, {"a": figure(y=flat), "b": surface}))
    assert len(head["arrays"]) == 2


def test_a_number_beyond_float32_becomes_its_largest_and_gaps_stay_gaps():
    head, arrays = unpack(pack({}, {"a": figure(y=np.array([1.0, 1e300, -1e300, np.nan]))}))
    y = arrays[head["figures"]["a"]["data"][0]["y"]["$"]]
    assert y[:3].tolist() == [1.0, LARGEST, -LARGEST]
    assert np.isnan(y[3])


def test_five_lanes_of_a_thousand_steps_and_the_surface_fit_in_200_kilobytes():
    from experiment import Experiment, run
    from figures.contour import contour_figure
    from figures.curves import curve_figure
    from figures.path import visible_path
    from figures.relief import relief
    from figures.scene import scene_figure

    keys = ("adam(lr=0.1)", "sgd", "momentum", "nesterov", "rmsprop")
    experiment = Experiment.from_query("steps=1000&" + "&".join(f"lane={key}" for key in keys))
    seen, trajectories = relief(experiment.surface, experiment.scale), run(experiment)
    paths = [visible_path(t, experiment.surface, seen) for t in trajectories]
    names = [lane.name for lane in experiment.lanes]
    packed = pack(
        {},
        {
            "scene": scene_figure(experiment.surface, seen, paths, names),
            "contour": contour_figure(experiment.surface, seen, paths, experiment.start, []),
            "loss": curve_figure(experiment, trajectories),
        },
    )
    assert len(packed) < 160_000, "with the rest of the page, 200 kB"
