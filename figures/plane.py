"""A two-dimensional picture: Plotly's part of it, and what the player draws above that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from figures.figure import Picture
from figures.marks import exit_labels
from figures.path import Path
from figures.sketch import Shape
from figures.swarm import Swarm
from surfaces import Domain


@dataclass(frozen=True, eq=False)
class Plane:
    """What `figures.wire` sends of a picture whose lines the player draws by itself.

    Attributes:
        figure: what Plotly draws: the axes, and what never moves.
        lanes: what is drawn of each lane, in their order; what there is none of has no key.
            {"x", "y", "step"}: (k,), a line's vertices, nan where it breaks, and each one's step;
            "exits": {"x", "y", "labels", "places"}, where it leaves the view, the step that is
            written there, and on which side;
            "shape": {"kind", "x", "y", "step"}, as `figures.sketch.Shape` has them;
            "swarm": {"x", "y", "step", "begins"}, as `figures.swarm.Swarm` has them;
            "ribbon": {"x", "y", "step"}, of each strand in turn as many vertices as there are
            steps; and over time "band": {"low", "high"}, as `figures.ribbon` has them;
            "fit": what the lane makes of data, as `figures.data` says.
        start: {"x", "y"} of the ring where lanes begin, if there is one, and under "held" the y
            that it keeps, where the picture does not show it.
    """

    figure: Picture
    lanes: Sequence[Mapping[str, Any]]
    start: Mapping[str, float] | None = None


def courses(
    domain: Domain,
    paths: Sequence[Path],
    swarms: Sequence[Swarm] = (),
    shapes: Sequence[Shape | None] = (),
) -> list[dict[str, Any]]:
    """The lanes of a map: the path of each, and where there are any exits, swarm and shapes."""
    lanes: list[dict[str, Any]] = []
    for path, labels in zip(paths, exit_labels(domain, paths), strict=True):
        lane: dict[str, Any] = {"x": path.x, "y": path.y, "step": path.step}
        if labels:
            texts, places = zip(*labels, strict=True)
            x, y, *_ = path.exits.T
            lane["exits"] = {"x": x, "y": y, "labels": texts, "places": places}
        lanes.append(lane)
    for lane, swarm in zip(lanes, swarms, strict=False):
        found = {"x": swarm.x, "y": swarm.y, "step": swarm.step}
        lane["swarm"] = found | {"begins": swarm.begins}
    for lane, shape in zip(lanes, shapes, strict=False):
        if shape is not None:
            lane["shape"] = {"kind": shape.kind, "x": shape.x, "y": shape.y, "step": shape.step}
    return lanes
