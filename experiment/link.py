"""The one codec: an experiment to the query of a link, and back.

    surface=saddle(a=6,b=3)&steps=500&lane=adam(lr=0.1)&lane=sgd(lr=0.01,schedule=cosine)

What equals its default is left out, but for the surface and the lanes, which say what the link is.
What is no f(x, y) is a problem instead of a surface: problem=reddi_deterministic(C=5). A typed
formula has a key of its own, spelled without spaces and with %2B for its plus signs; domain
is the part of the plane that is drawn, of any surface:

    surface=formula(a=2,rotate=45)&formula=ax%5E2%2B3y%5E2&domain=-2,2,-1,3&lane=sgd(lr=0.01)

A rule that a person writes has a key of its own, too, with semicolons between its lines; the n-th
lane=rule takes the n-th of them:

    surface=beale&lane=rule(lr=0.1)&lane=adam&rule=m=beta*m%2B(1-beta)*g;x=x-lr*m

Uploaded data are only named, by 12 digits: they stay with the person who has them.

    surface=linear_regression(loss=huber,standardize=true)&data=0123456789ab&batch=8&lane=sgd

Links are typed, quoted, mailed and pasted: `experiment/mended.py` says what is read all the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar, cast
from urllib.parse import quote, quote_plus

import numpy as np

from experiment import mended, versions
from experiment.budget import MAX_LANES, MAX_STARTS
from experiment.calls import (
    AROUND,
    QUOTES,
    WRAPPED,
    read_call,
    repeated,
    shorten,
    split,
    unreadable,
    write_call,
)
from experiment.lane import CONSTANT, Lane
from experiment.problems import PROBLEMS, Drawn
from experiment.schedule import SCHEDULES, Schedule
from experiment.view import View
from formulas.rule import read_rule
from formulas.syntax import read as read_formula
from optimizers import OPTIMIZERS, Optimizer, Rule
from optimizers.sources import Function
from settings import Refusal, Setting, Stated, Value, statements
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

RULE = mended.RULE
PLACE = ("surface", "problem", "formula", "data", "domain", "start")
"""The keys before those that are stated of a race; lanes, rules, the view's and "v" come after."""
VIEW = tuple(statements(View))
MAX_PROBLEMS = 8
MAX_NAMED = 5  # of those beyond
LEFT_OUT = "it was left out"
FIRST = "the first {} were used instead"
Source = tuple[str, Data | None]  # a typed formula, uploaded data

# Other spellings of names, by key
OPTIMIZER_NAMES = {
    key: (
        *(key, cls.name, cls.__name__),
        *([cls.reference.name] if isinstance(cls.reference, Function) else []),
    )
    for key, cls in OPTIMIZERS.items()
} | {Rule.key: (Rule.key, Rule.name)}
SCHEDULE_NAMES = {
    key: (key, cls.name, cls.__name__, *([cls.torch] if cls.torch else []))
    for key, cls in SCHEDULES.items()
}
SURFACE_NAMES = {
    key: (key, each.name, f"{each.name} function", f"{each.name}'s function")
    for key, each in SURFACES.items()
} | {TYPED: (TYPED,)}
PROBLEM_NAMES = {key: (key, each.name) for key, each in PROBLEMS.items()}
SETTING_NAMES = {
    "lr": ("learning_rate", "step_size"),
    "beta1": ("b1",),
    "beta2": ("b2",),
    "beta3": ("b3",),
    "eps": ("epsilon",),
    "weight_decay": ("wd",),
    "d0": ("estim_lr0",),
    "d_coef": ("estim_lr_coef",),
}
"""As optax, papers and people call them."""
VARIANTS = {
    (of, setting): key
    for key, cls in OPTIMIZERS.items()
    if isinstance(cls.reference, Function) and cls.reference.module == "torch.optim"
    for of, other in OPTIMIZERS.items()
    if other.reference == replace(cls.reference, arguments={})
    for setting in cls.reference.arguments
}
"""Which optimizer torch has as a switch or a setting of another: SGD's nesterov and momentum."""
SWITCHED = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
CHOICE_NAMES = {"linear": ("lin",), "log": ("logarithmic",)}
NEAREST = ("steps", "grid", "points", "seeds", "instances", "starts", "targets", "rates")
"""Of which a number out of range means the nearest in it."""

NOTHING: Mapping[str, Value] = {}

T = TypeVar("T")
S = TypeVar("S", Optimizer, Schedule)


def write(
    surface: Surface | Drawn,
    starts: Sequence[tuple[float, ...]],
    settings: Mapping[str, Value],
    lanes: Sequence[Lane],
    view: Mapping[str, Value] = NOTHING,
) -> str:
    """A link's query.

    Args:
        settings: what else it says of the race, in order.
        view: what it says of where that is looked at from.
    """
    parts, start = _place(surface)
    if tuple(starts) != (start,):
        parts += [("start", _pair(each)) for each in starts]
    parts += [(key, value_text(value)) for key, value in settings.items()]
    parts += [("lane", lane_text(lane)) for lane in lanes]
    parts += [(RULE, each.text.replace(" ", "")) for lane in lanes for each in _rules(lane)]
    parts += [(key, value_text(value)) for key, value in view.items()]
    if versions.present() > versions.FIRST:
        parts.append(("v", str(versions.present())))
    return "&".join(f"{key}={_escaped(key, value)}" for key, value in parts)


def _place(surface: Surface | Drawn) -> tuple[list[tuple[str, str]], tuple[float, ...] | None]:
    """What says where a race is run, and the start that is then meant."""
    if isinstance(surface, Drawn):
        return [("problem", _surface_text(surface))], PROBLEMS[surface.key].start
    parts = [("surface", _surface_text(surface))]
    if surface.key == TYPED:
        parts.append(("formula", surface.formula.replace(" ", "")))
    if data := uploaded(surface):
        parts.append(("data", data.digest))
    start, domain = _what_is_left_out(surface)
    if surface.domain != domain:
        parts.append(("domain", _pair(surface.domain)))
    return parts, start


def handed_on(query: str, *, viewed: bool = True) -> str:
    """A link's query so that chats and mails leave it whole: it does not end in a bracket.

    Both brackets of the last part are escaped, or Markdown would look for the other one.

    Args:
        viewed: whether what it says of the view stays.
    """
    if not viewed:
        query = "&".join(part for part in query.split("&") if part.partition("=")[0] not in VIEW)
    before, ampersand, last = query.rpartition("&")
    if last.endswith(")"):
        last = last.replace("(", "%28").replace(")", "%29")
    return f"{before}{ampersand}{last}"


def _escaped(key: str, value: str) -> str:
    if key == RULE:
        return quote(value, safe="(),*/=;^|")
    return quote(value, safe="(),*/") if key == "formula" else quote_plus(value, safe="(),=/")


def _what_is_left_out(surface: Surface) -> tuple[tuple[float, float] | None, Domain | None]:
    """The start and the domain that a link to the surface has when it names neither."""
    values = {p.name: v for p, v in zip(surface.parameters, surface.values, strict=True)}
    source = surface.formula, uploaded(surface)

    def made(domain: Domain | None) -> Surface:
        return _made(surface.key, source, values, surface.transform, domain)

    domain = None
    try:
        domain = made(None).domain
        return made(None if domain == surface.domain else surface.domain).start, domain
    except Refusal:  # defined in other places than the ones that are looked at
        return None, domain


def uploaded(surface: Surface | Drawn) -> Data | None:
    """The data that a surface has in place of its own."""
    if not isinstance(surface, DataSurface):
        return None
    own = cast(DataSurface, SURFACES[surface.key]).data
    return None if surface.data == own else surface.data


def _made(
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


def _rules(lane: Lane) -> list[Rule]:
    """The rules that a person wrote in a lane, in the order in which its call names them."""
    return [each for each in (lane.optimizer, *lane.optimizer.wrapped) if isinstance(each, Rule)]


def lane_text(lane: Lane) -> str:
    """One lane in the link's call syntax."""
    arguments = _changed(lane.optimizer)
    if lane.schedule != CONSTANT:
        arguments["schedule"] = write_call(lane.schedule.key, _changed(lane.schedule))
    for key, statement in statements(Lane).items():
        if (value := getattr(lane, key)) != statement.default:
            arguments[key] = value_text(value)
    return write_call(lane.optimizer.key, arguments)


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number: 1, 0.001, 1e-5."""
    return re.sub(r"\.0$", "", repr(value)).replace("e-0", "e-").replace("e+", "e")


def _surface_text(surface: Surface | Drawn) -> str:
    if not surface.key:
        raise Refusal(
            f"{surface.name} is not in the catalogue and no typed formula, so no link can hold it"
        )
    pairs = zip(surface.parameters, surface.values, strict=True)
    changed: dict[str, Value] = {p.name: v for p, v in pairs if v != p.default}
    if isinstance(surface, Surface):
        changed |= surface.transform.changed
    return write_call(surface.key, {name: value_text(v) for name, v in changed.items()})


def _changed(stated: Stated) -> dict[str, str]:
    """What is not at its default; a wrapped optimizer stands first, without its name."""
    texts = {}
    statements = stated.hyperparameters()
    for key, value in stated.values().items():
        if isinstance(value, Optimizer):
            texts[WRAPPED] = value_text(value)
        elif value != statements[key].default:
            texts[key] = value_text(value)
    return texts


def value_text(value: Any) -> str:
    """What is set, as a link spells it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Optimizer):
        return write_call(value.key, _changed(value))
    return value if isinstance(value, str) else number_text(value)


@dataclass
class _Link:
    """What is known of a link while it is read.

    Attributes:
        version: of the defaults that it means.
        rules: those that a person wrote and no lane has taken yet.
        problems: what could not be used of it, and what was done instead.
    """

    version: int = versions.FIRST
    rules: list[str] = field(default_factory=list)
    problems: list[tuple[Refusal, str]] = field(default_factory=list)

    def say(self, refusal: Refusal, done: str) -> None:
        self.problems.append((refusal, done))

    def use(self, used: str, refusal: Refusal) -> None:
        self.say(refusal, f"{used} was used instead")


def read(
    query: str | Mapping[str, str | list[str]],
    data: Iterable[Data],
    opening: tuple[Surface | Drawn, tuple[Lane, ...]],
    stated: Callable[[Surface | Drawn], Mapping[str, Setting]],
    of: str = "an experiment",
) -> dict[str, Any]:
    """What a link says, as the fields of an experiment; see `Experiment.from_query`.

    Args:
        opening: what is meant where it names no surface, or no lane.
        stated: what else it can say of a race on a surface.
        of: what it is a link of.
    """
    link, keys = _Link(), (*PLACE, *stated(opening[0]), "lane", RULE, *VIEW, "v")
    lost: set[str] = set()  # keys that something else was used for
    pairs = query if isinstance(query, str) else _texts(query, link)
    parts: dict[str, list[str]] = {}
    for key, value in mended.parts(pairs, keys):
        parts.setdefault(key, []).append(value)

    def part(key: str, parse: Callable[[str], T], otherwise: T, spelled: str) -> T:
        """The parsed value of a key, or `otherwise` with a sentence that says why."""
        if key not in parts:
            return otherwise
        if len(parts[key]) > 1:
            link.use("the first", Refusal(key, f"is given {len(parts[key])} times"))
        try:
            return parse(parts[key][0])
        except Refusal as refusal:
            link.use(spelled, refusal)
            lost.add(key)
            return otherwise

    if not parts and not link.problems:
        link.use("the opening race", Refusal("The link is empty"))
    for key in parts:
        if key not in keys:
            link.say(Refusal(f"“{shorten(key)}”", f"is no part of {of}"), LEFT_OUT)

    for key in ("surface", "formula", "data", "domain") if "problem" in parts else ():
        if parts.pop(key, None):
            link.say(Refusal(key, "is no part of a race on a problem"), LEFT_OUT)
    given = parts.keys() & set(keys) - {"v"}
    link.version = part("v", _version, versions.FIRST, f"version {versions.FIRST}")
    for key, text in versions.left_out(link.version, "").items():
        parts.setdefault(key, [text])
    if "formula" in parts:
        parts.setdefault("surface", [TYPED])
    elif "domain" in parts or "data" in parts:
        parts.setdefault("surface", [opening[0].key])
    formula = part("formula", lambda text: text, None, "")
    named = part("data", lambda text: text.strip(AROUND).lower(), None, "")
    here = {each.digest: each for each in data}
    key = _surface_key(parts["surface"][0]) if "surface" in parts else opening[0].key
    before = versions.left_out(link.version, key) if key else {}
    if before:
        parts.setdefault("surface", [key])
    place = () if {"domain", "formula"} & parts.keys() else ("domain", "start")
    parts |= {k: [before[k]] for k in (*place, "scale") if k in before and k not in parts}
    domain = part("domain", _domain, None, "the surface's own")
    surface = part(
        "surface",
        lambda text: _surface(text, formula, named, here, domain, link),
        opening[0],
        opening[0].key,
    )
    surface = part("problem", lambda text: _problem(text, link), surface, surface.name)
    swarm = _swarm(parts.get("start", [])[1:], surface, link)
    parts |= {"start": parts["start"][:1]} if "start" in parts else {}
    start = part("start", lambda text: _start(text, surface), surface.start, _pair(surface.start))

    def set_(rows: Mapping[str, Setting], empty: str, around: str = "") -> dict[str, Any]:
        return {
            key: part(
                key,
                partial(_set, row, link=link, around=around),
                row.default,
                value_text(row.default) or empty,
            )
            for key, row in rows.items()
        }

    settings = set_(stated(surface), "what suits the values")
    link.rules = parts.get(RULE, [])
    if link.rules:
        parts.setdefault("lane", [Rule.key])
    lanes = _lanes(parts["lane"], link) if "lane" in parts else opening[1]
    if link.rules:
        link.say(Refusal(RULE, "is given more often than lane=rule"), "the last were left out")
    steps = settings["steps"]
    # A link's last part has the bracket that a sentence closes around it.
    viewed = View.statements(steps, len(lanes or opening[1]))
    view = View(**set_(viewed, "none", around=AROUND + "()"))
    lost |= set() if lanes else {"lane"}
    return {
        "surface": surface,
        "start": start,
        "swarm": swarm,
        "lanes": lanes or opening[1],
        "view": view,
        "problems": tuple(_few(link.problems)),
        "usable": bool(given - lost) and not lost & {"surface", "lane"},
        **settings,
    }


def read_call_of(
    text: str,
    names: Mapping[str, Iterable[str]],
    stated: Callable[[str], Iterable[Setting]],
    owner: str,
) -> tuple[str, dict[str, Value], tuple[str, ...]]:
    """One call by itself: its key, what it sets, and what could not be used of it.

    Args:
        names: the keys that it may have, each with its other spellings.
        stated: what can be set of each.
        owner: what the sentences call it.

    Raises:
        ValueError: it is no call, or has no such key.
    """
    link = _Link(versions.present())
    key, arguments = _call(text, names, link)
    if key not in names:
        raise Refusal(f"{owner} cannot be of “{shorten(key)}”: take one of {', '.join(names)}")
    values = _set_of(stated(key), arguments, owner, key, link)
    return key, values, tuple(_few(link.problems))


def _texts(query: Mapping[Any, Any], link: _Link) -> list[tuple[str, str]]:
    """What a mapping says, as texts; a sentence for what has none."""
    pairs: list[tuple[str, str]] = []
    for key, value in query.items():
        whole = _text(value)
        texts = map(_text, value) if whole is None and isinstance(value, list | tuple) else [whole]
        for text in texts:
            if text is None:
                link.say(Refusal(shorten(str(key)), "is given as what is no text"), LEFT_OUT)
            else:
                pairs.append((str(key), text))
    return pairs


def _text(value: Any) -> str | None:
    """A number as a link writes it, several as it writes a start; None for what is no text."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple) and value:
        numbers = [_text(each) for each in value if isinstance(each, int | float | np.number)]
        texts = [text for text in numbers if text is not None]
        return ",".join(texts) if len(texts) == len(value) else None
    try:
        return value_text(value) if isinstance(value, str | int | float) else None
    except ValueError:  # an int too long to be written
        return None


def _surface(
    text: str,
    formula: str | None,
    named: str | None,
    here: Mapping[str, Data],
    domain: Domain | None,
    link: _Link,
) -> Surface:
    name, arguments = _call(text, SURFACE_NAMES, link)
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
    values = _set_of((*parameters, *TRANSFORMS), arguments, owner, name, link)
    changes = {t.name: float(values.pop(t.name)) for t in TRANSFORMS if t.name in values}
    made = (name, (formula or "", data), values, Transform(**changes))
    try:
        return _made(*made, domain)
    except Refusal as refusal:
        if domain is None or name == TYPED:
            raise
        link.use("the surface's own", refusal)
        return _made(*made, None)


def _problem(text: str, link: _Link) -> Drawn:
    name, arguments = _call(text, PROBLEM_NAMES, link)
    if name not in PROBLEMS:
        raise Refusal(f"There is no problem “{shorten(name)}”")
    problem = PROBLEMS[name]
    values = _set_of(problem.parameters, arguments, problem.name, name, link)
    return replace(problem, **cast(dict[str, Any], values))


def _surface_key(text: str) -> str:
    """Which surface a link names, whatever else it says of it; empty where it names none."""
    try:
        return mended.meant(read_call(text).name, SURFACE_NAMES)
    except Refusal:
        return ""


def _set_of(
    parameters: Iterable[Setting], arguments: Mapping[str, str], owner: str, key: str, link: _Link
) -> dict[str, Value]:
    """What a call sets of a surface or a problem, each checked by itself."""
    statements = {p.name: p for p in parameters}
    values: dict[str, Value] = {}
    for name, value in _known(arguments, statements, owner, key, link):
        try:
            nearest = name in NEAREST
            values[name] = (
                _set(statements[name], value, link)
                if nearest
                else _admitted(statements[name], value, owner)
            )
        except Refusal as refusal:
            link.use(value_text(statements[name].default), refusal)
    return values


def _formula(text: str, link: _Link) -> str:
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


def _data(named: str, here: Mapping[str, Data], key: str, link: _Link) -> Data | None:
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


def _admitted(statement: Setting, text: str, owner: str = "") -> Value:
    value: Value = text
    if (word := _word(text, statement.instead)) in statement.instead:
        return word
    if statement.kind == "number":
        value = _number(text, statement.name)
    elif statement.kind == "whole":
        value = _whole(text, statement.name)
    elif statement.kind == "switch":
        value = _switch(text, text)
    elif statement.kind == "choice":
        value = _word(
            text, {word: (word, *CHOICE_NAMES.get(word, ())) for word in statement.choices}
        )
    admitted: Value = statement.checked(value, owner)
    return admitted


def _switch(text: str, otherwise: T) -> bool | T:
    return SWITCHED.get(text.strip(AROUND).lower(), otherwise)


def _word(text: str, known: Iterable[str] | Mapping[str, Iterable[str]]) -> str:
    """One of some words, however it is written; any other as it is."""
    spellings = known if isinstance(known, Mapping) else {word: (word,) for word in known}
    return mended.meant(text.strip(AROUND), spellings)


def _domain(text: str) -> Domain:
    ends = mended.numbers(text, 4)
    if not ends:
        raise Refusal(
            "domain",
            f"must be four finite numbers, x low, x high, y low, y high, such as -2,2,-1,3, "
            f"not “{shorten(text)}”",
        )
    return checked_domain(ends)


def _start(text: str, surface: Surface | Drawn) -> tuple[float, ...]:
    start = tuple(mended.numbers(text, surface.size))
    if not start:
        few = "two finite numbers" if surface.size == 2 else f"finite numbers ({surface.size})"
        such = _pair(surface.start[:2]) if surface.size < 2 else "1,-0.5"
        raise Refusal("start", f"must be {few} such as {such}, not “{shorten(text)}”")
    surface.check_start(start)
    return start


def _swarm(
    texts: list[str],
    surface: Surface | Drawn,
    link: _Link,
) -> tuple[tuple[float, ...], ...]:
    """The starts after the first."""
    if len(texts) >= MAX_STARTS:
        link.say(Refusal(f"The link has {len(texts) + 1} starts"), FIRST.format(MAX_STARTS))
    found = []
    for text in texts[: MAX_STARTS - 1]:
        try:
            found.append(_start(text, surface))
        except Refusal as refusal:
            link.say(refusal, LEFT_OUT)
    return tuple(found)


def _set(statement: Setting, text: str, link: _Link, around: str = "") -> Value:
    """What is set of a race; of a number of steps that is out of range, the nearest.

    Args:
        around: signs that can stand around what is meant.
    """
    text = text.strip(around) if around else text
    if statement.name not in NEAREST:
        return _admitted(statement, text)
    value = _whole(text, statement.name)
    try:
        statement.checked(value)
    except Refusal as refusal:
        value = int(min(max(value, statement.low), statement.high))
        link.use(str(value), refusal)
    return value


def _version(text: str) -> int:
    version, present = _whole(text, "v"), versions.present()
    if not versions.FIRST <= version <= present:
        raise Refusal(
            "v",
            f"must be the version of a link, from {versions.FIRST} to {present}, not {version}",
        )
    return version


def _lanes(texts: Sequence[str], link: _Link) -> tuple[Lane, ...]:
    """Those that can be read; none where no one can."""
    texts = [lane for text in texts for lane in split(text) or [text]]
    if len(texts) > MAX_LANES:
        link.say(Refusal(f"The link has {len(texts)} lanes"), FIRST.format(MAX_LANES))
    lanes = []
    for text in texts[:MAX_LANES]:
        try:
            lanes.append(_lane(text, link))
        except Refusal as refusal:
            link.say(refusal, "the lane was left out")
    if not lanes:
        link.say(Refusal("No lane could be read"), "those of the opening race were used instead")
    return tuple(lanes)


def _lane(text: str, link: _Link) -> Lane:
    name, arguments = _call(text, OPTIMIZER_NAMES, link)
    readers: dict[str, Callable[[str], Any]] = {
        "schedule": lambda text: _schedule(text, link),
        **{key: partial(_admitted, row) for key, row in statements(Lane).items()},
        "label": lambda text: text.strip(QUOTES),
    }
    run = {}
    for key in list(arguments):
        if (meant := _word(key, list(readers))) in readers:
            run[meant] = arguments.pop(key)
    lane = Lane(_optimizer(name, arguments, link))
    for key in readers:
        if key in run:
            try:
                lane = replace(lane, **{key: readers[key](run[key])})
            except Refusal as refusal:
                link.use("none", refusal)
    return lane


def _optimizer(name: str, arguments: dict[str, str], link: _Link) -> Optimizer:
    if name == Rule.key:
        return _rule(arguments, link)
    if name not in OPTIMIZERS:
        raise Refusal(f"There is no optimizer “{shorten(name)}”")
    for (base, setting), variant in sorted(VARIANTS.items(), reverse=True):
        if (
            name == base
            and setting in arguments
            and setting not in OPTIMIZERS[base].hyperparameters()
        ):
            if setting not in OPTIMIZERS[variant].hyperparameters():  # a switch
                name = variant if _switch(arguments.pop(setting), False) else name
            else:
                name = variant
    return _stated(OPTIMIZERS[name], arguments, link)


def _schedule(text: str, link: _Link) -> Schedule:
    name, arguments = _call(text, SCHEDULE_NAMES, link)
    if name not in SCHEDULES:
        raise Refusal(f"There is no schedule “{shorten(name)}”")
    return _stated(SCHEDULES[name], arguments, link)


def _rule(arguments: dict[str, str], link: _Link) -> Rule:
    """The next of the rules that a person wrote, with numbers for its letters."""
    if not link.rules:
        raise Refusal("lane=rule", "needs a rule, such as rule=x=x-lr*g")
    text = link.rules.pop(0)
    try:
        rule = Rule(read_rule(text, lost_plus=True).text)
    except Refusal as refusal:
        try:
            rule = Rule(read_rule(mended.formula(text)[0], lost_plus=True).text)
        except Refusal:
            raise refusal from None
    return rule.with_values(**_values_of(rule, arguments, link))


def _stated(cls: type[S], arguments: dict[str, str], link: _Link) -> S:
    """An optimizer or a schedule from its arguments."""
    return cls(**_values_of(cls, arguments, link))


def _values_of(
    cls: type[Optimizer] | type[Schedule] | Rule, arguments: dict[str, str], link: _Link
) -> dict[str, Any]:
    """The values that a call sets, each checked by itself."""
    statements = cls.hyperparameters()
    values = {}
    for key, text in _known(_listed(arguments, statements), statements, cls.name, cls.key, link):
        statement = statements[key]
        try:
            value = _value(statement, text, link)
        except Refusal as refusal:  # the optimizer in a wrapper
            link.use(value_text(statement.default), refusal)
            continue
        if value is not None and statement.admits(value):
            values[key] = value
        else:
            link.use(
                value_text(statement.default),
                Refusal(f"{cls.name}'s {key}", f"must be {statement.range}, not “{shorten(text)}”"),
            )
    return values


def _listed(arguments: Mapping[str, str], statements: Mapping[str, object]) -> dict[str, str]:
    """The arguments, with each of a list, as torch's betas=(0.9,0.999), under its own name."""
    out: dict[str, str] = {}
    for key, text in arguments.items():
        values = mended.values(text)
        for stem in (key, key.removesuffix("s")):
            names = [f"{stem}{i}" for i in range(1, len(values) + 1)]
            if len(names) > 1 and all(name in statements for name in names):
                out |= dict(zip(names, values, strict=True))
                break
        else:
            out[key] = text
    return out


def _wrapped(cls: type[Stated]) -> str:
    """The name of the field that holds an optimizer; empty where none does."""
    return next((key for key, h in cls.hyperparameters().items() if h.kind == "optimizer"), "")


def _value(statement: Setting, text: str, link: _Link) -> Any:
    """A hyperparameter's value from its text; None where it cannot be read as one.

    Refusal: a wrapper's optimizer cannot be read, and why.
    """
    match statement.kind:
        case "switch":
            return _switch(text, None)
        case "choice":
            return _word(text, statement.choices)
        case "optimizer":
            return _optimizer(*_call(text, OPTIMIZER_NAMES, link), link)
        case "whole":
            return mended.whole(text)
    return mended.number(text)


def _known(
    arguments: Mapping[str, str],
    statements: Mapping[str, Setting],
    owner: str,
    key: str,
    link: _Link,
) -> Iterator[tuple[str, str]]:
    """The arguments that the owner has, and what an older link leaves out.

    A sentence for each that the owner has not, and for each that comes again by another name.
    """
    spellings = {
        name: (name, statement.symbol, *SETTING_NAMES.get(name, ()))
        for name, statement in statements.items()
    }
    seen = set()
    for name, value in arguments.items():
        meant = mended.meant(name, spellings)
        if meant not in statements:
            link.say(Refusal(f"{owner} has no “{shorten(name or value)}”"), LEFT_OUT)
        elif meant in seen:
            again = Refusal(f"{owner}'s {meant}", f"is given again as {shorten(name)}")
            link.say(again, "the first was used")
        else:
            seen.add(meant)
            yield meant, value
    for name, value in versions.left_out(link.version, key).items():
        if name in statements and name not in seen:
            yield name, value


def _call(text: str, names: Mapping[str, Iterable[str]], link: _Link) -> tuple[str, dict[str, str]]:
    """The key that a call names and its arguments, of those that are repeated the first.

    What has no name is what a wrapper wraps.
    """
    call = read_call(text)
    name = mended.meant(call.name, names)
    if name not in names:  # torch.optim.Adam
        name = mended.meant(call.name.rpartition(".")[2], names)
    wrapped = _wrapped(OPTIMIZERS[name]) if name in OPTIMIZERS else ""
    arguments: dict[str, str] = {}
    given = [(key or wrapped or value, value) for key, value in call.arguments]
    for key, value in call.arguments:
        if key != WRAPPED or wrapped or "(" in value:
            continue
        if mended.meant(value, OPTIMIZER_NAMES) not in OPTIMIZERS:
            raise unreadable(text)
    for key in repeated([key for key, _ in given]):
        link.say(Refusal(f"“{shorten(text)}” repeats {shorten(key)}"), "the first was used")
    for key, value in given:
        arguments.setdefault(key, value)
    return name, arguments


def _number(text: str, key: str) -> float:
    value = mended.number(text)
    if value is None or not math.isfinite(value):
        raise Refusal(key, f"must be a finite number, not “{shorten(text)}”")
    return value


def _whole(text: str, key: str) -> int:
    value = mended.whole(text)
    value = _number(text, key) if value is None or not math.isfinite(value) else value
    if not value.is_integer():
        raise Refusal(key, f"must be a whole number, not “{shorten(text)}”")
    if abs(value) >= 1e15:
        raise Refusal(key, f"must have at most 15 digits, not “{shorten(text)}”")
    return int(value)


def _pair(numbers: tuple[float, ...]) -> str:
    return ",".join(map(number_text, numbers))


def _few(problems: list[tuple[Refusal, str]]) -> list[str]:
    """The first problems, and the next in a few words: a hostile link must not fill the page."""
    sentences = [refusal.instead(done) for refusal, done in problems]
    if len(problems) <= MAX_PROBLEMS:
        return sentences
    rest = problems[MAX_PROBLEMS - 1 :]
    named = [shorten(refusal.subject, 32) for refusal, _ in rest[:MAX_NAMED]]
    others = f" and {len(rest) - MAX_NAMED} more" if len(rest) > MAX_NAMED else ""
    parts = f"{len(rest)} more parts of the link could not be used"
    return [*sentences[: MAX_PROBLEMS - 1], f"{parts}: {', '.join(named)}{others}."]
