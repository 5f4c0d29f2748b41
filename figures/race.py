"""The pictures of a race, and what the player has to know beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from experiment import (
    CURVES,
    Drawn,
    Experiment,
    Ribbon,
    Trajectory,
    Verdict,
    View,
    called,
    end_words,
    opening_words,
    outcome_words,
    result_words,
    ribbon_words,
)
from experiment.link import handed_on
from experiment.view import SECONDS, SPEEDS
from figures.basins import DIVERGING
from figures.contour import contour_figure
from figures.curves import coordinate_names, curve_figure, curve_names
from figures.data import data_figure
from figures.drawing import drawing_figure
from figures.figure import Picture
from figures.inspection import Inspection, inspection
from figures.live import Live, live
from figures.path import visible_path
from figures.plane import Plane
from figures.profile import is_profile, profile_figure
from figures.relief import relief
from figures.ribbon import with_bands, with_strands
from figures.scene import scene_figure
from figures.sketch import step_shapes
from figures.style import HEIGHTS, INK, formula_text, lane_style
from figures.swarm import swarm_paths
from figures.wire import pack
from surfaces import DataSurface, Surface

LISTS = ("hide", "panels", "camera")  # of a view


@dataclass(frozen=True)
class LaneCard:
    """What the player needs to know of a lane: its name, what a sentence calls it, its look, how it
    ended.

    The pattern is its dash as lengths of line and gap in turn, in pixels; the result is told to
    those who do not see the pictures.
    """

    name: str
    called: str
    color: str
    faint: str
    pattern: tuple[int, ...]
    outcome: str
    result: str


class Rate(NamedTuple):
    """A lane's learning rate, and where a slider of it can stand."""

    value: float
    stops: tuple[float, ...]


def rates(experiment: Experiment) -> list[Rate | None]:
    """Each lane's learning rate, None where it has none."""
    found = (lane.learning_rate for lane in experiment.lanes)
    return [each and Rate(each[1], each[0].stops) for each in found]


@dataclass(frozen=True, eq=False)
class RaceFigures:
    """The pictures; traces of the scene say in `meta` what they are.

    Attributes:
        scene: None for a problem that is no f(x, y).
        contour: the map, or the problem's own drawing.
        loss: the experiment's curve, which is the loss unless another is chosen.
        curves: the key and the name of every curve that there is.
        data: None where the loss is on none.
        title: the surface's name, and its formula and parameters in a line of plain text.
        lanes: one card for each lane, in the figures' order.
        steps: the last frame.
        epochs: how often the run goes through the data; 0 without data.
        curve: the key of the curve, its scale and that of time, as the experiment has them.
        before, after: a sentence about the race before it begins, and one about its result; that is
            empty where it is not judged.
        best: the lane that won, if that can be said.
        view: from where it is first looked at.
        lift: how far above a path its head is drawn.
        threshold: of the heights that are drawn; see `figures.relief.Relief`.
        inspections: of the lanes that are asked for, under their index.
        live: what a page needs to compute the race by itself.
    """

    scene: Picture | None
    contour: Plane
    loss: Plane
    curves: Mapping[str, str]
    data: Plane | None
    title: tuple[str, str]
    lanes: tuple[LaneCard, ...]
    steps: int
    epochs: float
    curve: tuple[str, str, str]
    before: str
    after: str
    best: int | None
    view: View
    lift: float
    threshold: float | None
    inspections: Mapping[int, Inspection]
    live: Live

    def packed(
        self,
        *,
        clickable: bool = False,
        link: str | None = None,
        entry: int = 0,
        opened: int = 0,
        answered: int = 0,
        rates: Sequence[Rate | None] = (),
        rated: int = 0,
        told: Mapping[str, int] | None = None,
        read: Sequence[str] = (),
        card: Mapping[str, Any] | None = None,
    ) -> bytes:
        """What static/player.js shows.

        Args:
            clickable: whether a click on the map moves the start.
            link: the experiment's query, where the page has one.
            entry: the number of the latest link that was opened, whose view is to be taken.
            opened: the number of the latest link that was gone back or forth to.
            answered: the number of the latest start that a person chose.
            rates: what each lane's learning rate is and may be; empty where it is not changed here.
            rated: the number of the latest rate that a person chose.
            told: of each slider whose moves it tells, the number of the latest.
            read: the keys of the page's query that arrived.
            card: of a lesson, beside which the race stands.
        """
        head: dict[str, Any] = {
            "title": list(self.title),
            "lanes": [asdict(card) for card in self.lanes],
            "steps": self.steps,
            "epochs": self.epochs,
            "curves": list(self.curves.items()),
            "curve": list(self.curve),
            "told": {"before": self.before, "after": self.after},
            "best": self.best,
            "view": _packed_view(self.view),
            "speeds": list(SPEEDS),
            "seconds": SECONDS,
            "ink": INK,
            "heights": HEIGHTS,
            "diverging": DIVERGING.colors,
            "lift": self.lift,
            "threshold": self.threshold,
            "live": self.live.head,
            "why": list(self.live.why),
            "clickable": clickable,
            "link": link,
            "entry": entry,
            "handed": link and handed_on(link, viewed=False),  # what the button copies
            "opened": opened,
            "answered": answered,
            "rates": [rate and {"value": rate.value, "stops": rate.stops} for rate in rates],
            "rated": rated,
            "heard": told or {},
            "read": list(read),
            "card": card,
            "inspections": {str(i): each.packed() for i, each in self.inspections.items()},
        }
        drawn = {"scene": self.scene, "contour": self.contour, "loss": self.loss, "data": self.data}
        return pack(head, {name: each for name, each in drawn.items() if each is not None})


def race_figures(
    experiment: Experiment,
    trajectories: Sequence[Trajectory],
    swarms: Sequence[Sequence[Trajectory]] = (),
    inspected: Collection[int] = (),
    judged: Verdict | None = None,
    ribbons: Sequence[Ribbon] = (),
) -> RaceFigures:
    """Draw an experiment whose lanes have run.

    Args:
        trajectories: one of each lane, from the start.
        swarms: those of each lane from the further starts, if there are any.
        inspected: the lanes into whose steps a person can look.
        judged: who won, where that is known.
        ribbons: that of each lane, where there are any.
    """
    surface, names = experiment.surface, [lane.name for lane in experiment.lanes]
    seen = None
    if isinstance(surface, Surface):
        seen = relief(surface, experiment.scale, experiment.contours)
    paths = [visible_path(trajectory, surface, seen) for trajectory in trajectories]
    laid = [swarm_paths(swarm, surface, seen) for swarm in swarms if swarm]
    shapes = [
        step_shapes(lane.optimizer, trajectory)
        for lane, trajectory in zip(experiment.lanes, trajectories, strict=True)
    ]
    indexed = enumerate(zip(names, called(experiment), trajectories, strict=True))
    cards = [_card(surface, i, *each) for i, each in indexed]
    loss = curve_figure(experiment, trajectories)
    scene: Picture | None = None
    if isinstance(surface, Drawn):
        contour = drawing_figure(surface, paths, laid)
    else:
        assert seen is not None
        x, y = experiment.start
        scene = scene_figure(surface, seen, paths, names, laid)
        if is_profile(surface):
            contour = profile_figure(surface, seen, paths, (x, y), laid)
        else:
            contour = contour_figure(surface, seen, paths, (x, y), shapes, laid)
    if ribbons:
        from_the_side = isinstance(surface, Surface) and is_profile(surface)
        contour = with_strands(contour, ribbons, surface, seen if from_the_side else None)
        if experiment.curve == CURVES[0]:
            loss = with_bands(loss, ribbons)
        cards = [*map(_with_ribbon, cards, ribbons)]
    return RaceFigures(
        scene=scene,
        contour=contour,
        loss=loss,
        curves=curve_names(experiment, trajectories),
        data=data_figure(surface, trajectories) if isinstance(surface, DataSurface) else None,
        title=(surface.name, formula_text(surface)),
        lanes=tuple(cards),
        steps=experiment.steps,
        epochs=experiment.epochs,
        curve=(experiment.curve, experiment.curve_scale, experiment.time_scale),
        before=opening_words(experiment),
        after=end_words(experiment, trajectories, judged) if judged else "",
        best=judged.best if judged else None,
        view=experiment.view,
        lift=seen.lift if seen else 0.0,
        threshold=seen.threshold if seen else 0.0,
        inspections={
            i: inspection(
                replace(lane, optimizer=lane.optimizer.on(surface.shapes)),
                trajectory,
                experiment.steps,
                coordinate_names(surface),
            )
            for i, (lane, trajectory) in enumerate(zip(experiment.lanes, trajectories, strict=True))
            if i in inspected
        },
        live=live(experiment, trajectories, seen),
    )


def _packed_view(view: View) -> dict[str, Any]:
    """As the player reads it: lanes counted from 0, lists as lists."""
    listed = {key: text.split(",") if (text := getattr(view, key)) else [] for key in LISTS}
    numbers = {"hide": [int(lane) - 1 for lane in listed["hide"]]}
    return {**asdict(view), **listed, **numbers, "camera": [float(n) for n in listed["camera"]]}


def _card(surface: Surface | Drawn, index: int, name: str, short: str, run: Trajectory) -> LaneCard:
    style, ended = lane_style(index), outcome_words(surface, run)
    look = style.color, style.faint, style.pattern
    return LaneCard(name, short, *look, ended, result_words(surface, run))


def _with_ribbon(card: LaneCard, ribbon: Ribbon) -> LaneCard:
    return replace(card, result=f"{card.result}; its ribbon: {ribbon_words(ribbon)}")
