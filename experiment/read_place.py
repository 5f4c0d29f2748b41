"""Where a link says that a race is run: surface or problem, data, domain and starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from experiment import mended
from experiment.arguments import FIRST, LEFT_OUT, Link, call_of, set_of
from experiment.budget import MAX_STARTS
from experiment.calls import read_call, shorten
from experiment.problems import PROBLEMS, Drawn
from experiment.written import numbers_text
from formulas.syntax import read as read_formula
from settings import Refusal, Value
from surfaces import (
    SURFACES,
    TRANSFORMS,
    TYPED,
    TYPED_DOMAIN,
    Data,
    DataSurface,
    Surface,
    Transform,
    from_formula,
    typed_parameters,
)
from surfaces.domain import Domain
from surfaces.surface import checked_domain

Source = tuple[str, Data | None]  # a typed formula, uploaded data
SURFACE_NAMES = {
    key: (key, each.name, f"{each.name} function", f"{each.name}'s function")
    for key, each in SURFACES.items()
} | {TYPED: (TYPED,)}
PROBLEM_NAMES = {key: (key, each.name) for key, each in PROBLEMS.items()}


def surface_key(text: str) -> str:
    """Which surface a link names, whatever else it says of it; empty where it names none."""
    try:
        return mended.meant(read_call(text).name, SURFACE_NAMES)
    except Refusal:
        return ""


def surface_of(
    text: str,
    formula: str | None,
    named: str | None,
    here: Mapping[str, Data],
    domain: Domain | None,
    link: Link,
) -> Surface:
    """The surface that a link names, with the formula, the data and the domain beside it."""
    name, arguments = call_of(text, SURFACE_NAMES, link)
    if name == TYPED:
        if formula is None:
            raise Refusal("surface=formula needs a formula, such as formula=x^2%2B3y^2")
        formula = _formula(formula, link)
        owner, parameters = "Your formula", typed_parameters(formula)
    elif name in SURFACES:
        owner, parameters = SURFACES[name].name, SURFACES[name].parameters
        if formula is not None:
            link.say(Refusal("formula", "is for surface=formula only"), LEFT_OUT)
    else:
        raise Refusal(f"There is no surface “{shorten(name)}”")
    data = None
    if named is not None:
        data = _data(named, here, name, link)
    values = set_of((*parameters, *TRANSFORMS), arguments, owner, name, link)
    changes = {t.name: float(values.pop(t.name)) for t in TRANSFORMS if t.name in values}
    made = (name, (formula or "", data), values, Transform(**changes))
    try:
        return built(*made, domain)
    except Refusal as refusal:
        if domain is None or name == TYPED:
            raise
        link.use("the surface's own", refusal)
        return built(*made, None)


def problem_of(text: str, link: Link) -> Drawn:
    """The problem that a link names."""
    name, arguments = call_of(text, PROBLEM_NAMES, link)
    if name not in PROBLEMS:
        raise Refusal(f"There is no problem “{shorten(name)}”")
    problem = PROBLEMS[name]
    values = set_of(problem.parameters, arguments, problem.name, name, link)
    return replace(problem, **cast(dict[str, Any], values))


def built(
    key: str,
    source: Source,
    values: dict[str, Value],
    transform: Transform,
    domain: Domain | None,
) -> Surface:
    """The surface of a link. Refusal: its formula, data or domain."""
    formula, data = source
    if key == TYPED:
        # Where a transformed formula is drawn says nothing exact about where it came from.
        before = transform.box_back(domain) if domain and transform.moves else domain
        surface = from_formula(formula, before or TYPED_DOMAIN, None, **values)
    else:
        surface = SURFACES[key].with_values(**values)
    if data is not None:
        surface = cast(DataSurface, surface).with_data(data)
    surface = surface.transformed(**transform.changed)
    return surface if domain in (None, surface.domain) else surface.with_domain(domain)


def _formula(text: str, link: Link) -> str:
    """A formula in its canonical spelling, as it was given or as it can have been meant."""
    try:
        return read_formula(text, lost_plus=True).text
    except Refusal as refusal:
        meant, was_open = mended.formula(text)
        try:
            read = read_formula(meant, lost_plus=True).text
        except Refusal:
            raise refusal from None
    if was_open:
        link.use(shorten(meant), Refusal(f"“{shorten(text)}” lacks its last bracket"))
    return read


def _data(named: str, here: Mapping[str, Data], key: str, link: Link) -> Data | None:
    """The data that a link names, if they are here and suit the surface."""
    surface = SURFACES.get(key)
    if not isinstance(surface, DataSurface):
        link.say(Refusal("data", "is for a loss on data only"), LEFT_OUT)
        return None
    if named not in here:
        link.say(
            Refusal("The link's data stayed with the person who uploaded them"),
            f"{surface.name}'s own were used instead",
        )
        return None
    try:
        surface.standardized().with_data(here[named])
    except Refusal as refusal:
        link.use(f"{surface.name}'s own data", refusal)
        return None
    return here[named]


def domain_of(text: str) -> Domain:
    """The part of the plane that is drawn."""
    ends = mended.numbers(text, 4)
    if not ends:
        raise Refusal(
            "domain",
            f"must be four finite numbers, x low, x high, y low, y high, such as -2,2,-1,3, "
            f"not “{shorten(text)}”",
        )
    return checked_domain(ends)


def start_of(text: str, surface: Surface | Drawn) -> tuple[float, ...]:
    """Where runs begin: as many numbers as the surface or the problem takes."""
    start = tuple(mended.numbers(text, surface.size))
    if not start:
        few = "two finite numbers" if surface.size == 2 else f"finite numbers ({surface.size})"
        such = numbers_text(surface.start[:2]) if surface.size < 2 else "1,-0.5"
        raise Refusal("start", f"must be {few} such as {such}, not “{shorten(text)}”")
    surface.check_start(start)
    return start


def swarm_of(
    texts: list[str],
    surface: Surface | Drawn,
    link: Link,
) -> tuple[tuple[float, ...], ...]:
    """The starts after the first."""
    if len(texts) >= MAX_STARTS:
        link.say(Refusal(f"The link has {len(texts) + 1} starts"), FIRST.format(MAX_STARTS))
    found = []
    for text in texts[: MAX_STARTS - 1]:
        try:
            found.append(start_of(text, surface))
        except Refusal as refusal:
            link.say(refusal, LEFT_OUT)
    return tuple(found)
