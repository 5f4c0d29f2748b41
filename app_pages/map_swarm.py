"""Where starts of a map go, worked out here for a page that has no kernel of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from app_pages.session import remembered
from app_pages.turns import turns
from experiment.maps import Basins
from figures.live_basins import Paths, followed
from kept import GRIDS, Kept


@dataclass
class Followed:
    """Of which map a person wants to see where starts go, by its link."""

    query: str = ""


PATHS: Kept[str, Paths] = Kept(GRIDS)


def follow(drawn: Basins) -> None:
    """Work out from now on where starts of a map go."""
    remembered(Followed).query = drawn.to_query()


def paths_of(drawn: Basins) -> Paths | None:
    """Where starts of a map go, if somebody asked."""
    query = drawn.to_query()
    if remembered(Followed).query != query:
        return None
    with turns.aside():  # others' races are not to wait for it
        return PATHS.get(query, partial(followed, drawn))
