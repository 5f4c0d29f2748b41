"""The race in which a surface shows what it teaches."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from experiment.experiment import Experiment
from experiment.problems import Drawn
from settings import statements
from surfaces import Surface


def showcase(surface: Surface | Drawn) -> Experiment | None:
    """The race that shows what a surface teaches, if it states one."""
    return _read(surface.showcase) if surface.showcase else None


@cache
def _read(stated: str) -> Experiment:
    return Experiment.from_query(stated)


def is_showcase(experiment: Experiment) -> bool:
    """Whether its surface's showcase is what is run, however that is drawn and lanes are called."""
    stated = showcase(experiment.surface)
    return (
        stated is not None
        and stated.runs() == experiment.runs()
        and stated.swarm == experiment.swarm
    )


def is_untouched(experiment: Experiment) -> bool:
    """Whether its lanes are those that it opened with: the opening race's, or the showcase's."""
    stated = showcase(experiment.surface)
    return experiment.lanes in (Experiment().lanes, stated and stated.lanes)


def shown_off(experiment: Experiment, surface: Surface | Drawn) -> Experiment:
    """A surface's showcase, drawn and compared as now; the opening lanes where it states none."""
    stated = showcase(surface) or Experiment().with_surface(surface)
    run = {
        key: getattr(stated, key)
        for key, statement in statements(Experiment).items()
        if not statement.drawn
    }
    return replace(
        experiment.with_surface(stated.surface),
        lanes=stated.lanes,
        start=stated.start,
        swarm=stated.swarm,
        **run,
    )
