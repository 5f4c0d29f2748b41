"""The bands between a surface's level lines, as the map draws them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from figures.relief import Relief
from figures.style import number_text
from kept import GRIDS, Kept
from surfaces import Surface
from surfaces.critical import have_extrema

Array = NDArray[np.float64]

FINER = 4  # times as many lines as the relief has
ROUGH = 0.02  # of the height between two levels: where the relief bends more, the loss is asked for
STRAIGHT = 0.25  # of the fine grid's cell: what a line bends less than this goes
PASSES = 6
MOST_CROSSINGS = 60_000  # above which every other line is enough
TOGETHER = 6  # levels, whose numbers stay in the processor's cache
STRIP = 32  # of the fine grid's lines, for the same reason
LABELS = 4
EDGE = 0.07  # of the picture, at which nothing is written
LARGEST = float(np.finfo(np.float64).max)
THIN = 1.5  # of the fine grid's cells: a ring no wider than this may be the grid's own

# The edges by which a level's line enters and leaves a cell, with the higher ground on its left.
# Corners are bits, from the south west against the clock; 16 more: the middle is as high as the two
# that face each other.
WAYS = {
    0b0001: ["SW"], 0b0010: ["ES"], 0b0100: ["NE"], 0b1000: ["WN"],
    0b0011: ["EW"], 0b0110: ["NS"], 0b1100: ["WE"], 0b1001: ["SN"],
    0b1110: ["WS"], 0b1101: ["SE"], 0b1011: ["EN"], 0b0111: ["NW"],
    0b00101: ["SW", "NE"], 0b01010: ["ES", "WN"], 0b10101: ["SE", "NW"], 0b11010: ["WS", "EN"],
}  # fmt: skip
# (2, 32) each: the edges of each case's ways, -1 for none
FIRST = np.array([0, 1, 3, 0])  # each side's corner in its west or south
STARTS, ENDS = np.full((2, 32), -1), np.full((2, 32), -1)
for _case, _ways in WAYS.items():
    for _n, _way in enumerate(_ways):
        STARTS[_n, _case], ENDS[_n, _case] = map("SENW".index, _way)


@dataclass(frozen=True, eq=False)
class Band:
    """All of a surface that is at least so high, within its domain.

    Attributes:
        loss: the level; nan for all of the surface.
        share: the height of the band above it in the picture's colours, 0 to 1.
        x, y: (k,), closed rings, with nan between two of them; ground on their left.
    """

    loss: float
    share: float
    x: NDArray[np.float32]
    y: NDArray[np.float32]


@dataclass(frozen=True)
class Label:
    """A loss written at a place of its line."""

    x: float
    y: float
    text: str


_kept: Kept[tuple[Surface, float | None, tuple[float, ...]], tuple[Band, ...]] = Kept(GRIDS)


def bands(surface: Surface, relief: Relief) -> tuple[Band, ...]:
    """The bands from the lowest, each to be drawn over those before it.

    The lines are those of the loss on a grid four times as fine as the relief's, where the relief
    does not tell it already. A narrow valley that runs across a grid looks like a chain of lakes: a
    ring as thin as the grid's own cells is drawn only around a minimum or maximum that is known.
    """
    key = replace(surface, original=None), relief.threshold, relief.own
    return _kept.get(key, lambda: tuple(_bands(surface, relief)))


def _bands(surface: Surface, relief: Relief) -> Iterator[Band]:
    losses, coarse = relief.levels(), relief.height(relief.loss)
    rough = _rough(coarse, (relief.high - relief.low) / (len(losses) + 1))
    fine, plain = _finer(surface, relief, coarse, rough), _plain(coarse) & ~rough
    ground = _Ground(fine, relief.height(losses), plain)
    if ground.crossings > MOST_CROSSINGS and not relief.own:
        losses = losses[1::2]
        ground = _Ground(fine, relief.height(losses), plain)
    outlines = _outlines(ground, surface, relief)
    ends = [relief.low, *ground.levels[1:], relief.high]
    for rank, ((low, high), (x, y)) in enumerate(zip(pairwise(ends), outlines, strict=True)):
        share = ((low + high) / 2 - relief.low) / (relief.high - relief.low or 1.0)
        yield Band(float(losses[rank - 1]) if rank else np.nan, float(share), x, y)


def labels(surface: Surface, ground: Sequence[Band]) -> list[Label]:
    """A few of the levels' losses, each at a place of its line that is away from all else."""
    low, extent = surface.domain.low[:, None], surface.domain.width[:, None]
    taken = np.array([surface.start, *surface.minima]).T
    found: list[Label] = []
    lines = [band for band in ground if len(band.x) and np.isfinite(band.loss)]
    for part in np.array_split(np.arange(len(lines)), LABELS):
        for band in sorted((lines[i] for i in part), key=lambda band: _digits(band.loss)):
            spots = np.array([band.x, band.y], np.float64)
            at = (spots - low) / extent
            inner = np.all((at > EDGE) & (at < 1 - EDGE), axis=0)
            if inner.any():
                spots, at = spots[:, inner], at[:, inner]
                apart = at[:, :, None] - ((taken - low) / extent)[:, None]
                best = spots[:, np.hypot(*apart).min(axis=1).argmax()]
                taken = np.column_stack([taken, best])
                found.append(Label(float(best[0]), float(best[1]), number_text(band.loss)))
                break
    return found


def _digits(loss: float) -> tuple[int, float]:
    """How long a number is, and how far its first digit is from 1."""
    digits = f"{abs(loss):e}".split("e")[0].rstrip("0.")
    return len(digits), float(digits or 0)


def _hold_extrema(
    surface: Surface, rings: Sequence[Array], reach: Array
) -> NDArray[np.bool_] | list[bool]:
    """Whether what each ring is drawn around lies in its box, or as near as `reach`, (2,).

    A maximum, where the higher ground is inside, and otherwise a minimum; a ring of two places has
    no inside. Of a loss on data, in which to look for them would take too long, any may hold one.
    """
    if not surface.formula or not rings:
        return [True] * len(rings)
    area = np.array([_area(ring) for ring in rings])
    low = np.stack([ring.min(axis=1) - reach for ring in rings], axis=1)
    high = np.stack([ring.max(axis=1) + reach for ring in rings], axis=1)
    known = np.array(surface.minima).reshape(-1, 2).T[:, :, None]
    within = ((low[:, None] <= known) & (known <= high[:, None])).all(axis=0).any(axis=0)
    holds = within & (area < 0)
    (asked,) = np.nonzero(~holds & (area != 0))
    if asked.size:
        holds[asked] = have_extrema(surface, low[:, asked], high[:, asked], area[asked] > 0)
    return holds


def _area(ring: Array) -> float:
    """Twice what a ring encloses; above 0 where it runs against the clock."""
    (x, y), (u, v) = ring - ring[:, :1], np.roll(ring, -1, axis=1) - ring[:, :1]
    return float((x * v - y * u).sum())


def _finer(surface: Surface, relief: Relief, coarse: Array, rough: NDArray[np.bool_]) -> Array:
    """The heights on the fine grid, within a border of -inf, which stands for no ground, too."""
    fine = _between(_between(coarse).T).T
    rows, columns = (_lines(axis) for axis in (relief.y, relief.x))
    row, column = (FINER * place[:, None, None] for place in np.nonzero(rough))
    part = np.arange(FINER + 1)
    asked = np.zeros(fine.shape, bool)
    asked[row + part[:, None], column + part] = True
    asked[::FINER, ::FINER] = False  # known
    i, j = np.nonzero(asked)
    fine[i, j] = relief.height(surface.value(np.stack([columns[j], rows[i]])))
    fine[~np.isfinite(fine)] = -np.inf
    return np.pad(fine, FINER, constant_values=-np.inf)


def _lines(axis: Array) -> Array:
    return np.linspace(axis[0], axis[-1], FINER * (len(axis) - 1) + 1)


def _between(rows: Array) -> Array:
    """With FINER - 1 rows more between two: the cubic through the four around."""
    padded = np.concatenate([rows[:1], rows, rows[-1:]])
    padded[0], padded[-1] = 3 * (rows[0] - rows[1]) + rows[2], 3 * (rows[-1] - rows[-2]) + rows[-3]
    before, here, there, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    out = np.empty((FINER * (len(rows) - 1) + 1, rows.shape[1]))
    out[::FINER] = rows
    for k in range(1, FINER):
        t = k / FINER
        out[k::FINER] = (
            -t * (t - 1) * (t - 2) / 6 * before
            + (t + 1) * (t - 1) * (t - 2) / 2 * here
            - (t + 1) * t * (t - 2) / 2 * there
            + (t + 1) * t * (t - 1) / 6 * after
        )
    return out


def _rough(heights: Array, step: float) -> NDArray[np.bool_]:
    """The cells in which the cubic may be wrong: 3/128 of the fourth difference is its error."""
    far = np.zeros(heights.shape, bool)
    for axis in (0, 1):
        fourth = np.abs(np.diff(heights, 4, axis=axis))
        bends = ~(3 / 128 * fourth < ROUGH * step)  # also where it is not defined
        pad = [(0, 0), (0, 0)]
        pad[axis] = (2, 2)
        bends = np.pad(bends, pad, mode="edge")
        far |= bends
    around = np.pad(far, 1)
    far = np.logical_or.reduce(
        [around[i : i + len(far), j : j + len(far)] for i in range(3) for j in range(3)]
    )
    return far[:-1, :-1] | far[1:, :-1] | far[:-1, 1:] | far[1:, 1:]


def _plain(heights: Array) -> NDArray[np.bool_]:
    """The cells through which every line is straight, but for `STRAIGHT` of the fine grid's cell.

    A line is as far from its chord as the ground is from the plane, over the slope.
    """
    bends = np.zeros((len(heights) - 1, heights.shape[1] - 1))
    slopes = []
    for turned, found in ((heights, bends), (heights.T, bends.T)):
        steps = np.abs(np.diff(turned, axis=0))
        slopes.append(np.minimum(steps[:, :-1], steps[:, 1:]))
        second = np.pad(np.abs(np.diff(turned, 2, axis=0)), ((1, 1), (0, 0)), mode="edge")
        second = np.maximum(second[:-1], second[1:])
        found += np.maximum(second[:, :-1], second[:, 1:]) / 8
    bends += np.abs(np.diff(np.diff(heights, axis=0), axis=1)) / 4
    plain: NDArray[np.bool_] = FINER * bends < STRAIGHT * np.maximum(slopes[0], slopes[1].T)
    return plain


def _outlines(ground: _Ground, surface: Surface, relief: Relief) -> Iterator[NDArray[np.float32]]:
    """Of each level the rings around all that is at least as high, (2, k)."""
    cell = np.array([relief.x[1] - relief.x[0], relief.y[1] - relief.y[0]]) / FINER
    gap, nothing = np.full((2, 1), np.nan), np.empty((2, 0))
    for rank in range(0, len(ground.levels), TOGETHER):
        after, spots, ends, begins = ground.links(rank, min(rank + TOGETHER, len(ground.levels)))
        order, of_ring = _rings(after)
        spots, ends = spots[:, order], ends[order]
        firsts = _firsts(of_ring)
        of_level = np.searchsorted(begins, of_ring[firsts], side="right") - 1
        thin = _thin(spots, ends, of_ring)
        spots, of_ring = _straightened(spots, of_ring)
        spots = np.array([[relief.x[0]], [relief.y[0]]]) + cell[:, None] * spots
        found: list[list[Array]] = [[] for _ in begins]
        rings = np.split(spots, _firsts(of_ring)[1:], axis=1)[: len(thin)]  # none are one part
        stays = ~thin
        stays[thin] = _hold_extrema(surface, [rings[i] for i in np.flatnonzero(thin)], cell)
        for i in np.flatnonzero(stays):
            found[of_level[i]] += [rings[i], rings[i][:, :1], gap]
        for each in found:
            yield np.concatenate(each[:-1] or [nothing], axis=1).astype(np.float32)


class _Ground:
    """The fine grid, and those of its cells through which some line goes.

    What the relief's own cells tell as well is crossed at once, from border to border: a line that
    enters one leaves it, where all its rows rise one way and all its columns do.

    Args:
        fine: heights, with a border of -inf, a cell of the relief wide.
        heights: of the lines, rising.
        plain: the relief's cells in which all lines are straight.

    Attributes:
        levels: -inf, below all ground, and the heights.
        crossings: of lines and cells.
    """

    def __init__(self, fine: Array, heights: Array, plain: NDArray[np.bool_]) -> None:
        self.fine, self.columns, self.upright = fine.ravel(), fine.shape[1], fine.size
        self.levels = levels = np.array([-np.inf, *heights])
        rank = np.empty(fine.shape, np.uint8 if len(levels) < 256 else np.uint16)
        for strip in (slice(i, i + STRIP) for i in range(0, len(fine), STRIP)):
            rank[strip] = np.searchsorted(levels, fine[strip], side="right")
        rank[fine == -np.inf] = 0
        south, north = rank[:-1], rank[1:]
        low, high = np.minimum(south, north), np.maximum(south, north)
        low, high = np.minimum(low[:, :-1], low[:, 1:]), np.maximum(high[:, :-1], high[:, 1:])
        some = low < high
        self.crossings = int((high - low).sum(dtype=int))
        at_once = np.pad(plain, 1, constant_values=True) & _one_way(rank) & _one_way(rank.T).T
        some &= ~at_once.repeat(FINER, 0).repeat(FINER, 1)
        cells = np.flatnonzero(some)
        whole = rank[::FINER, ::FINER]
        parts = [whole[:-1, :-1], whole[1:, :-1], whole[:-1, 1:], whole[1:, 1:]]
        lows, highs = np.minimum.reduce(parts), np.maximum.reduce(parts)
        row, column = np.nonzero(at_once & (lows < highs))
        self.low = np.concatenate([low.ravel()[cells], lows[row, column]])
        self.high = np.concatenate([high.ravel()[cells], highs[row, column]])
        self.south_west = np.concatenate(
            [
                cells + cells // (self.columns - 1),
                FINER * (row * self.columns + column),
            ]
        )
        self.size = np.repeat([1, FINER], [len(cells), len(row)])
        self.rank = rank.ravel()

    def links(
        self, first: int, last: int
    ) -> tuple[list[int], Array, NDArray[np.bool_], NDArray[np.int_]]:
        """For each place where a line of some levels crosses the grid, the next; see `_passed`.

        Level by level, and of each along the edges; last, where each level begins.
        """
        levels = range(first, last)
        met = [np.flatnonzero((self.low <= each) & (self.high > each)) for each in levels]
        rank = np.repeat(np.array(levels, self.rank.dtype), [*map(len, met)])
        cell = np.concatenate(met)
        south_west, size = self.south_west[cell], self.size[cell]
        corners = south_west + size * np.array([[0], [1], [self.columns + 1], [self.columns]])
        case = np.zeros(len(rank), np.uint8)
        for bit, corner in enumerate(corners):
            case |= (self.rank[corner] > rank).view(np.uint8) << bit
        (faced,) = np.nonzero((case == 0b0101) | (case == 0b1010))
        with np.errstate(invalid="ignore"):
            middle = self.fine[corners[:, faced]].sum(axis=0) / 4
            joined = middle >= np.maximum(self.levels[rank[faced]], -LARGEST)
        case[faced[joined]] += 16
        starts, ends = STARTS[:, case], ENDS[:, case]
        (twice,) = np.nonzero(starts[1] >= 0)
        places = np.concatenate([np.arange(len(rank)), twice])
        rank, wide = rank[places], np.flatnonzero(size[places] > 1)
        sides = (
            np.concatenate([starts[0], starts[1, twice]]),
            np.concatenate([ends[0], ends[1, twice]]),
        )
        start, end = (self._edges(corners, places, side, rank, wide) for side in sides)
        level = rank.astype(int) * (2 * self.upright)
        order = np.argsort(start + level)
        rank, start, end = rank[order], start[order], (end + level)[order]
        begins = np.searchsorted(rank, np.array(levels))
        after = np.empty(len(start), int)
        after[np.argsort(end)] = np.arange(len(start))  # each place begins one link and ends one
        return after.tolist(), *self._passed(start, rank), begins

    def _edges(
        self,
        corners: NDArray[np.int_],
        places: NDArray[np.int_],
        side: NDArray[np.int_],
        rank: NDArray[np.integer[Any]],
        wide: NDArray[np.int_],
    ) -> NDArray[np.int_]:
        """The edge of the fine grid by which a line passes a cell's side; `wide`, those of several.

        It is named by its corner in the west, or in the south and then by so many more.
        """
        edge = corners[FIRST[side], places]
        along = np.where(side % 2, self.columns, 1)
        at, each, level = edge[wide], along[wide], rank[wide]
        above = self.rank[at] > level
        for _ in range(1, FINER):
            at = at + each
            edge[wide] += each * ((self.rank[at] > level) == above)
        edge[side % 2 == 1] += self.upright
        return edge

    def _passed(
        self, edge: NDArray[np.int_], rank: NDArray[np.integer[Any]]
    ) -> tuple[Array, NDArray[np.bool_]]:
        """Where the levels' lines pass edges, in cells, (2, k); and whether the ground ends."""
        is_upright = edge >= self.upright
        here = np.where(is_upright, edge - self.upright, edge)
        low, high = self.fine[here], self.fine[here + np.where(is_upright, self.columns, 1)]
        with np.errstate(all="ignore"):
            along = (self.levels[rank] - low) / (high - low)
        ends = ~np.isfinite(low) | ~np.isfinite(high)
        along[ends] = ~np.isfinite(low[ends])  # where ground is
        row, column = np.divmod(here, self.columns)
        across, up = np.where(is_upright, 0.0, along), np.where(is_upright, along, 0.0)
        return np.stack([column - FINER + across, row - FINER + up]), ends


def _one_way(rank: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """The relief's cells in which all rows rise to the east, or all fall, as far as levels tell."""
    west, east = rank[:, :-1], rank[:, 1:]
    found = []
    for goes in (west <= east, west >= east):
        goes = np.logical_and.reduce([goes[:, k::FINER] for k in range(FINER)])
        inner = np.logical_and.reduce([goes[k : len(goes) - 1 : FINER] for k in range(FINER)])
        found.append(inner & goes[FINER::FINER])
    return found[0] | found[1]


def _rings(after: list[int]) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """The places ring by ring, and the number of each one's ring; `after` is used up."""
    order: list[int] = []
    firsts, begins = [], []
    add = order.append
    for first, at in enumerate(after):
        if at >= 0:
            firsts.append(first)
            begins.append(len(order))
            here = first
            while at >= 0:
                add(here)
                after[here], here = -1, at
                at = after[here]
    lengths = np.diff([*begins, len(order)])
    return np.array(order, int), np.repeat(np.array(firsts, int), lengths)


def _firsts(of_ring: NDArray[np.int_]) -> NDArray[np.int_]:
    """Where each ring begins."""
    return np.flatnonzero(np.diff(of_ring, prepend=-1))


def _around(of_ring: NDArray[np.int_]) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Of each spot the one before and the one after it in its ring."""
    places = np.arange(len(of_ring))
    first = _firsts(of_ring)
    last = np.append(first[1:], len(of_ring))[: len(first)] - 1
    before, after = places - 1, places + 1
    before[first], after[last] = last, first
    return before, after


def _straightened(spots: Array, of_ring: NDArray[np.int_]) -> tuple[Array, NDArray[np.int_]]:
    """Without every vertex that its neighbours put where it is; the first of a ring stays."""
    for _ in range(PASSES):
        first = _firsts(of_ring)
        nth = np.arange(len(of_ring)) - np.repeat(first, np.diff([*first, len(of_ring)]))
        (odd,) = np.nonzero(nth % 2)  # the only ones that may go
        before, after = (place[odd] for place in _around(of_ring))
        chord, here = spots[:, after] - spots[:, before], spots[:, odd] - spots[:, before]
        length = np.hypot(*chord)
        off, along = np.abs(chord[0] * here[1] - chord[1] * here[0]), (chord * here).sum(axis=0)
        stays, near = np.ones(len(of_ring), bool), STRAIGHT * length
        # A tip is near the chord's line, and beyond the chord.
        stays[odd[(off < near) & (-near < along) & (along < length**2 + near)]] = False
        spots, of_ring = spots[:, stays], of_ring[stays]
    return spots, of_ring


def _thin(spots: Array, ends: NDArray[np.bool_], of_ring: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Of each ring, whether it is so narrow, and all inside, that it may be the grid's own."""
    _, after = _around(of_ring)
    begins = _firsts(of_ring)
    if not begins.size:
        return np.zeros(0, bool)
    (x, y), (u, v) = spots, spots[:, after]
    area = np.abs(np.add.reduceat(x * v - y * u, begins)) / 2
    around = np.add.reduceat(np.hypot(u - x, v - y), begins)
    narrow: NDArray[np.bool_] = 2 * area < THIN * around
    narrow &= ~np.logical_or.reduceat(ends, begins)
    return narrow
