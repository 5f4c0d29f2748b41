"""The one codec: an experiment to the query of a link, and back.

    surface=saddle(a=6,b=3)&steps=500&lane=adam(lr=0.1)&lane=sgd(lr=0.01,schedule=cosine)

What equals its default is left out, but for the surface and the lanes, which say what the link is.
A typed formula has a key of its own, spelled without spaces and with %2B for its plus signs; domain
is the part of the plane that is drawn, of any surface:

    surface=formula(a=2,rotate=45)&formula=ax%5E2%2B3y%5E2&domain=-2,2,-1,3&lane=sgd(lr=0.01)

Uploaded data are only named, by 12 digits: they stay with the person who has them.

    surface=linear_regression(loss=huber,standardize=true)&data=0123456789ab&batch=8&lane=sgd
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar, cast
from urllib.parse import parse_qs, quote, quote_plus

import numpy as np

from experiment.experiment import (
    CONSTANT,
    MAX_LANES,
    MAX_STARTS,
    MAX_STEPS,
    Experiment,
    Lane,
    check_batch,
    check_curve,
    check_curve_scale,
    check_noise,
    check_per,
    check_scale,
    check_seed,
    check_start,
    check_steps,
)
from experiment.schedule import SCHEDULES, Schedule
from optimizers import OPTIMIZERS, Hyperparameter, Optimizer, Stated
from surfaces import (
    SURFACES,
    TRANSFORMS,
    TYPED,
    TYPED_DOMAIN,
    Data,
    DataSurface,
    Parameter,
    Surface,
    Transform,
    from_formula,
    typed_parameters,
)
from surfaces.parameter import Value
from surfaces.surface import checked_domain
from surfaces.syntax import read as read_formula
from surfaces.transform import Domain

KEYS = (
    "surface",
    "formula",
    "data",
    "domain",
    "start",
    "steps",
    "batch",
    "noise",
    "seed",
    "scale",
    "per",
    "curve",
    "curve_scale",
    "lane",
)
MAX_CALL = 1000
MAX_PROBLEMS = 8
MAX_NAMED = 5  # of those beyond
Source = tuple[str, Data | None]  # a typed formula, uploaded data
_SUBJECT = re.compile(r"; | must | cannot | is (?:given|no part|for) ")  # ends what a problem names
WRAPPED = ""  # stands for the name of an argument that is written without one

DEFAULTS = {each.name: each.default for each in fields(Experiment)}

T = TypeVar("T")
S = TypeVar("S", bound=Stated)


def to_query(experiment: Experiment) -> str:
    """See `Experiment.to_query`."""
    surface = experiment.surface
    parts = [("surface", _surface_text(surface))]
    if surface.key == TYPED:
        parts.append(("formula", surface.formula.replace(" ", "")))
    if data := _uploaded(surface):
        parts.append(("data", data.digest))
    start, domain = _what_is_left_out(surface)
    if surface.domain != domain:
        parts.append(("domain", _pair(surface.domain)))
    if experiment.start != start or experiment.swarm:
        parts += [("start", _pair(each)) for each in (experiment.start, *experiment.swarm)]
    defaults = DEFAULTS | {"scale": surface.scale}
    for key in ("steps", "batch", "noise", "seed", "scale", "per", "curve", "curve_scale"):
        value = getattr(experiment, key)
        if value != defaults[key]:
            parts.append((key, _value_text(value)))
    parts += [("lane", lane_text(lane)) for lane in experiment.lanes]
    return "&".join(f"{key}={_escaped(key, value)}" for key, value in parts)


def _escaped(key: str, value: str) -> str:
    return quote(value, safe="(),*/") if key == "formula" else quote_plus(value, safe="(),=")


def _what_is_left_out(surface: Surface) -> tuple[tuple[float, float] | None, Domain | None]:
    """The start and the domain that a link to the surface has when it names neither."""
    values = {p.name: v for p, v in zip(surface.parameters, surface.values, strict=True)}
    source = surface.formula, _uploaded(surface)

    def made(domain: Domain | None) -> Surface:
        return _made(surface.key, source, values, surface.transform, domain)

    domain = None
    try:
        domain = made(None).domain
        return made(None if domain == surface.domain else surface.domain).start, domain
    except ValueError:  # defined in other places than the ones that are looked at
        return None, domain


def _uploaded(surface: Surface) -> Data | None:
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
    """The surface of a link. ValueError: its formula, data or domain is refused."""
    formula, data = source
    if key == TYPED:
        # Where a transformed formula is drawn says nothing exact about where it came from.
        before = transform.box_back(domain) if domain and transform.moves else domain
        numbers = {name: float(value) for name, value in values.items()}
        surface = from_formula(formula, before or TYPED_DOMAIN, None, **numbers)
    else:
        surface = SURFACES[key].with_values(**values)
    if data is not None:
        surface = cast(DataSurface, surface).with_data(data)
    surface = surface.transformed(**transform.changed)
    return surface if domain in (None, surface.domain) else surface.with_domain(domain)


def lane_text(lane: Lane) -> str:
    """One lane in the link's call syntax."""
    arguments = _changed(lane.optimizer)
    if lane.schedule != CONSTANT:
        arguments["schedule"] = _call_text(lane.schedule.key, _changed(lane.schedule))
    if lane.warmup:
        arguments["warmup"] = number_text(lane.warmup)
    if lane.clip is not None:
        arguments["clip"] = number_text(lane.clip)
    if lane.label:
        arguments["label"] = lane.label
    return _call_text(lane.optimizer.key, arguments)


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number: 1, 0.001, 1e-5."""
    return re.sub(r"\.0$", "", repr(value)).replace("e-0", "e-").replace("e+", "e")


def _surface_text(surface: Surface) -> str:
    pairs = zip(surface.parameters, surface.values, strict=True)
    changed = {p.name: v for p, v in pairs if v != p.default} | surface.transform.changed
    return _call_text(surface.key, {name: _value_text(v) for name, v in changed.items()})


def _changed(stated: Stated) -> dict[str, str]:
    """What is not at its default; a wrapped optimizer stands first, without its name."""
    texts = {}
    statements = stated.hyperparameters()
    for key, value in stated.values().items():
        if isinstance(value, Optimizer):
            texts[WRAPPED] = _value_text(value)
        elif value != statements[key].default:
            texts[key] = _value_text(value)
    return texts


def _value_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Optimizer):
        return _call_text(value.key, _changed(value))
    return value if isinstance(value, str) else number_text(value)


def _call_text(name: str, arguments: dict[str, str]) -> str:
    inside = ",".join(
        value if key == WRAPPED else f"{key}={value}" for key, value in arguments.items()
    )
    return f"{name}({inside})" if inside else name


def from_query(query: str | Mapping[str, str | list[str]], data: Iterable[Data] = ()) -> Experiment:
    """See `Experiment.from_query`."""
    problems: list[str] = []
    lost: set[str] = set()  # keys that something else was used for
    if isinstance(query, str):
        parts = parse_qs(query.removeprefix("?"), keep_blank_values=True)
    else:
        parts = _parts(query, problems)
    default = Experiment()

    def read(key: str, parse: Callable[[str], T], otherwise: T, spelled: str) -> T:
        """The parsed value of a key, or `otherwise` with a sentence that says why."""
        if key not in parts:
            return otherwise
        if len(parts[key]) > 1:
            problems.append(f"{key} is given {len(parts[key])} times; the first was used instead.")
        try:
            return parse(parts[key][0])
        except ValueError as error:
            problems.append(_instead(error, spelled))
            lost.add(key)
            return otherwise

    if not parts and not problems:
        problems.append("The link is empty; the opening race was used instead.")
    for key in parts:
        if key not in KEYS:
            problems.append(f"“{_shorten(key)}” is no part of an experiment; it was left out.")

    given = parts.keys() & set(KEYS)
    if "formula" in parts:
        parts.setdefault("surface", [TYPED])
    elif "domain" in parts or "data" in parts:
        parts.setdefault("surface", [default.surface.key])
    formula = read("formula", lambda text: text, None, "")
    named = read("data", lambda text: text, None, "")
    here = {each.digest: each for each in data}
    domain = read("domain", _domain, None, "the surface's own")
    surface = read(
        "surface",
        lambda text: _surface(text, formula, named, here, domain, problems),
        default.surface,
        default.surface.key,
    )
    plain = Experiment(surface=surface)
    swarm = _swarm(parts.get("start", [])[1:], surface, problems)
    parts |= {"start": parts["start"][:1]} if "start" in parts else {}
    lanes = _lanes(parts["lane"], problems) if "lane" in parts else default.lanes
    lost |= set() if lanes else {"lane"}
    experiment = Experiment(
        surface=surface,
        start=read("start", lambda text: _start(text, surface), plain.start, _pair(plain.start)),
        swarm=swarm,
        steps=read("steps", lambda text: _steps(text, problems), plain.steps, str(plain.steps)),
        batch=read("batch", lambda text: _batch(text, surface), 0, "0"),
        noise=read("noise", _noise, plain.noise, number_text(plain.noise)),
        seed=read("seed", _seed, plain.seed, str(plain.seed)),
        scale=read("scale", _scale, plain.scale, plain.scale),
        per=read("per", lambda text: _per(text, surface), plain.per, plain.per),
        curve=read("curve", _curve, plain.curve, plain.curve),
        curve_scale=read("curve_scale", _curve_scale, plain.curve_scale, "what suits the values"),
        lanes=lanes or default.lanes,
        problems=tuple(_few(problems)),
    )
    return replace(experiment, usable=bool(given - lost) and not lost & {"surface", "lane"})


def _parts(query: Mapping[Any, Any], problems: list[str]) -> dict[str, list[str]]:
    """What a mapping says, as texts; a sentence for what has none."""
    parts: dict[str, list[str]] = {}
    for key, value in query.items():
        whole = _text(value)
        texts = map(_text, value) if whole is None and isinstance(value, list | tuple) else [whole]
        for text in texts:
            if text is None:
                problems.append(
                    f"{_shorten(str(key))} is given as what is no text; it was left out."
                )
            else:
                parts.setdefault(str(key), []).append(text)
    return parts


def _text(value: Any) -> str | None:
    """A number as a link writes it, several as it writes a start; None for what is no text."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple) and value:
        numbers = [_text(each) for each in value if isinstance(each, int | float | np.number)]
        texts = [text for text in numbers if text is not None]
        return ",".join(texts) if len(texts) == len(value) else None
    try:
        return _value_text(value) if isinstance(value, str | int | float) else None
    except ValueError:  # an int too long to be written
        return None


def _surface(
    text: str,
    formula: str | None,
    named: str | None,
    here: Mapping[str, Data],
    domain: Domain | None,
    problems: list[str],
) -> Surface:
    name, arguments = _call(text, problems)
    if name == TYPED:
        if formula is None:
            raise ValueError("surface=formula needs a formula, such as formula=x^2%2B3y^2.")
        formula = read_formula(formula, lost_plus=True).text
        owner, parameters = "Your formula", typed_parameters(formula)
    elif name in SURFACES:
        owner, parameters = SURFACES[name].name, SURFACES[name].parameters
        if formula is not None:
            problems.append("formula is for surface=formula only; it was left out.")
    else:
        raise ValueError(f"There is no surface “{_shorten(name)}”.")
    data = None
    if named is not None:
        data = _data(named, here, name, problems)
    statements = {p.name: p for p in (*parameters, *TRANSFORMS)}
    values: dict[str, Value] = {}
    for key, value in _known(arguments, statements, owner, problems):
        try:
            values[key] = _admitted(statements[key], value, owner)
        except ValueError as error:
            problems.append(_instead(error, _value_text(statements[key].default)))
    changes = {t.name: float(values.pop(t.name)) for t in TRANSFORMS if t.name in values}
    made = (name, (formula or "", data), values, Transform(**changes))
    try:
        return _made(*made, domain)
    except ValueError as error:
        if domain is None or name == TYPED:
            raise
        problems.append(_instead(error, "the surface's own"))
        return _made(*made, None)


def _data(named: str, here: Mapping[str, Data], key: str, problems: list[str]) -> Data | None:
    """The data that a link names, if they are here and suit the surface."""
    surface = SURFACES.get(key)
    if not isinstance(surface, DataSurface):
        problems.append("data is for a loss on data only; it was left out.")
        return None
    if named not in here:
        problems.append(
            f"The link's data stayed with the person who uploaded them; {surface.name}'s own were "
            f"used instead."
        )
        return None
    try:
        surface.standardized().with_data(here[named])
    except ValueError as error:
        problems.append(_instead(error, f"{surface.name}'s own data"))
        return None
    return here[named]


def _admitted(statement: Parameter, text: str, owner: str) -> Value:
    value: Value = text
    if statement.kind in ("number", "whole"):
        value = _number(text, statement.name)
    elif statement.kind == "switch":
        value = {"true": True, "false": False}.get(text.lower(), text)
    return statement.checked(value, owner)


def _domain(text: str) -> Domain:
    ends = _finite(text)
    if len(ends) != 4:
        raise ValueError(
            f"domain must be four finite numbers, x low, x high, y low, y high, such as "
            f"-2,2,-1,3, not “{_shorten(text)}”."
        )
    x0, x1, y0, y1 = ends
    return checked_domain((x0, x1, y0, y1))


def _start(text: str, surface: Surface) -> tuple[float, float]:
    coordinates = _finite(text)
    if len(coordinates) != 2:
        raise ValueError(
            f"start must be two finite numbers such as 1,-0.5, not “{_shorten(text)}”."
        )
    start = (coordinates[0], coordinates[1])
    check_start(start, surface)
    return start


def _swarm(
    texts: list[str], surface: Surface, problems: list[str]
) -> tuple[tuple[float, float], ...]:
    """The starts after the first."""
    if len(texts) >= MAX_STARTS:
        problems.append(
            f"The link has {len(texts) + 1} starts; the first {MAX_STARTS} were used instead."
        )
    found = []
    for text in texts[: MAX_STARTS - 1]:
        try:
            found.append(_start(text, surface))
        except ValueError as error:
            problems.append(f"{str(error).removesuffix('.')}; it was left out.")
    return tuple(found)


def _steps(text: str, problems: list[str]) -> int:
    steps = _whole(text, "steps")
    try:
        check_steps(steps)
    except ValueError as error:
        steps = min(max(steps, 1), MAX_STEPS)
        problems.append(_instead(error, str(steps)))
    return steps


def _batch(text: str, surface: Surface) -> int:
    batch = _whole(text, "batch")
    check_batch(batch, surface)
    return batch


def _noise(text: str) -> float:
    noise = _number(text, "noise")
    check_noise(noise)
    return noise


def _seed(text: str) -> int:
    seed = _whole(text, "seed")
    check_seed(seed)
    return seed


def _scale(text: str) -> str:
    check_scale(_shorten(text))
    return text


def _per(text: str, surface: Surface) -> str:
    check_per(_shorten(text), surface)
    return text


def _curve(text: str) -> str:
    check_curve(_shorten(text))
    return text


def _curve_scale(text: str) -> str:
    check_curve_scale(_shorten(text))
    return text


def _lanes(texts: list[str], problems: list[str]) -> tuple[Lane, ...]:
    """Those that can be read; none where no one can."""
    if len(texts) > MAX_LANES:
        problems.append(
            f"The link has {len(texts)} lanes; the first {MAX_LANES} were used instead."
        )
    lanes = []
    for text in texts[:MAX_LANES]:
        try:
            lanes.append(_lane(text, problems))
        except ValueError as error:
            problems.append(f"{str(error).removesuffix('.')}; the lane was left out.")
    if not lanes:
        problems.append("No lane could be read; those of the opening race were used instead.")
    return tuple(lanes)


def _lane(text: str, problems: list[str]) -> Lane:
    name, arguments = _call(text, problems)
    readers: dict[str, Callable[[str], Any]] = {
        "schedule": lambda text: _schedule(text, problems),
        "warmup": lambda text: _whole(text, "warmup"),
        "clip": lambda text: _number(text, "clip"),
        "label": str.strip,
    }
    run = {key: arguments.pop(key) for key in readers if key in arguments}
    lane = Lane(_optimizer(name, arguments, problems))
    for key, value in run.items():
        try:
            lane = replace(lane, **{key: readers[key](value)})
        except ValueError as error:
            problems.append(_instead(error, "none"))
    return lane


def _optimizer(name: str, arguments: dict[str, str], problems: list[str]) -> Optimizer:
    if name not in OPTIMIZERS:
        raise ValueError(f"There is no optimizer “{_shorten(name)}”.")
    return _stated(OPTIMIZERS[name], arguments, problems)


def _schedule(text: str, problems: list[str]) -> Schedule:
    name, arguments = _call(text, problems)
    if name not in SCHEDULES:
        raise ValueError(f"There is no schedule “{_shorten(name)}”.")
    return _stated(SCHEDULES[name], arguments, problems)


def _stated(cls: type[S], arguments: dict[str, str], problems: list[str]) -> S:
    """An optimizer or a schedule from its arguments, each checked by itself."""
    statements = cls.hyperparameters()
    values = {}
    for key, text in _known(arguments, statements, cls.name, problems):
        statement = statements[key]
        try:
            value = _value(statement, text, problems)
        except ValueError as error:  # the optimizer in a wrapper
            problems.append(_instead(error, _value_text(statement.default)))
            continue
        if value is not None and statement.admits(value):
            values[key] = value
        else:
            problems.append(
                f"{cls.name}'s {key} must be {statement.range}, not “{_shorten(text)}”; "
                f"{_value_text(statement.default)} was used instead."
            )
    return cls(**values)


def _wrapped(cls: type[Stated]) -> str:
    """The name of the field that holds an optimizer; empty where none does."""
    return next((key for key, h in cls.hyperparameters().items() if h.kind == "optimizer"), "")


def _value(statement: Hyperparameter, text: str, problems: list[str]) -> Any:
    """A hyperparameter's value from its text; None where it cannot be read as one.

    ValueError: a wrapper's optimizer cannot be read, and why.
    """
    match statement.kind:
        case "switch":
            return {"true": True, "false": False}.get(text.lower())
        case "choice":
            return text
        case "optimizer":
            return _optimizer(*_call(text, problems), problems)
    return _float(text)


def _known(
    arguments: dict[str, str], fields: Mapping[str, object], owner: str, problems: list[str]
) -> Iterator[tuple[str, str]]:
    """The arguments that the owner has; a sentence for each that it has not."""
    for key, value in arguments.items():
        if key in fields:
            yield key, value
        else:
            problems.append(f"{owner} has no “{_shorten(key or value)}”; it was left out.")


def _call(text: str, problems: list[str]) -> tuple[str, dict[str, str]]:
    """Split name(key=value,…) into the name and its arguments, whose values may be calls."""
    match = re.fullmatch(r"\s*(\w+)\s*(?:\((.*)\))?\s*", text)
    if len(text) > MAX_CALL or not match:
        raise ValueError(f"“{_shorten(text)}” cannot be read as name(key=value,…).")
    name, inside = match.groups()
    wrapped = _wrapped(OPTIMIZERS[name]) if name in OPTIMIZERS else ""
    arguments: dict[str, str] = {}
    for part in _split(inside or ""):
        key, equals, value = part.partition("=")
        if "(" in key or (not equals and (wrapped or part.strip() in OPTIMIZERS)):
            key, equals, value = wrapped or part, "=", part  # no name: what a wrapper wraps
        if not equals or value.count("(") != value.count(")"):
            raise ValueError(f"“{_shorten(text)}” cannot be read as name(key=value,…).")
        if key.strip() in arguments:
            problems.append(
                f"“{_shorten(text)}” repeats {_shorten(key.strip())}; the first was used."
            )
        arguments.setdefault(key.strip(), value.strip())
    return name, arguments


def _split(inside: str) -> list[str]:
    """Split at the commas that no bracket encloses."""
    parts, depth = [""], 0
    for character in inside:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part.strip()]


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _finite(text: str) -> list[float]:
    """Numbers with commas between them; none if one of them is none or not finite."""
    numbers = [_float(part) for part in text.split(",")]
    return [n for n in numbers if n is not None] if all(map(_is_finite, numbers)) else []


def _is_finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _number(text: str, key: str) -> float:
    value = _float(text)
    if value is None or not math.isfinite(value):
        raise ValueError(f"{key} must be a finite number, not “{_shorten(text)}”.")
    return value


def _whole(text: str, key: str) -> int:
    value = _number(text, key)
    if not value.is_integer():
        raise ValueError(f"{key} must be a whole number, not “{_shorten(text)}”.")
    if abs(value) >= 1e15:
        raise ValueError(f"{key} must have at most 15 digits, not “{_shorten(text)}”.")
    return int(value)


def _pair(numbers: tuple[float, ...]) -> str:
    return ",".join(map(number_text, numbers))


def _instead(error: ValueError, used: str) -> str:
    return f"{str(error).removesuffix('.')}; {used} was used instead."


def _few(problems: list[str]) -> list[str]:
    """The first problems, and the next in a few words: a hostile link must not fill the page."""
    if len(problems) <= MAX_PROBLEMS:
        return problems
    whole, rest = problems[: MAX_PROBLEMS - 1], problems[MAX_PROBLEMS - 1 :]
    named = [_shorten(_SUBJECT.split(each)[0].removesuffix("."), 32) for each in rest[:MAX_NAMED]]
    others = f" and {len(rest) - MAX_NAMED} more" if len(rest) > MAX_NAMED else ""
    parts = f"{len(rest)} more parts of the link could not be used"
    return [*whole, f"{parts}: {', '.join(named)}{others}."]


def _shorten(text: str, length: int = 40) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
