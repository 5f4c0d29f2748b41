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

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, cast
from urllib.parse import quote, quote_plus

import numpy as np

from experiment import mended, versions
from experiment.arguments import LEFT_OUT, Link, few, set_to, whole_of
from experiment.calls import AROUND, shorten, write_call
from experiment.lane import Lane
from experiment.problems import PROBLEMS, Drawn
from experiment.read_lane import lanes_of
from experiment.read_place import (
    built,
    domain_of,
    problem_of,
    start_of,
    surface_key,
    surface_of,
    swarm_of,
)
from experiment.view import View
from experiment.written import lane_text, numbers_text, value_text
from kept import NUMBERS, Kept
from optimizers import Rule
from settings import Refusal, Setting, Value, statements
from surfaces import SURFACES, TYPED, Data, DataSurface, Surface
from surfaces.domain import Domain

RULE = mended.RULE
PLACE = ("surface", "problem", "formula", "data", "domain", "start")
"""The keys before those that are stated of a race; lanes, rules, "v" and the view's come after."""
VIEW = tuple(statements(View))


NOTHING: Mapping[str, Value] = {}

T = TypeVar("T")
LeftOut = tuple[tuple[float, float] | None, Domain | None]

_left_out: Kept[tuple[tuple[tuple[str, str], ...], str], LeftOut] = Kept(NUMBERS)


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
        parts += [("start", numbers_text(each)) for each in starts]
    parts += [(key, value_text(value)) for key, value in settings.items()]
    parts += [("lane", lane_text(lane)) for lane in lanes]
    parts += [(RULE, each.text.replace(" ", "")) for lane in lanes for each in lane.rules]
    if versions.present() > versions.FIRST:
        parts.append(("v", str(versions.present())))
    parts += [(key, value_text(value)) for key, value in view.items()]
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
    key = tuple(parts), numbers_text(surface.domain)
    start, domain = _left_out.get(key, lambda: _what_is_left_out(surface))
    if surface.domain != domain:
        parts.append(("domain", numbers_text(surface.domain)))
    return parts, start


def handed_on(query: str, *, viewed: bool = True) -> str:
    """A link's query so that chats and mails leave it whole: it does not end in a bracket.

    Both brackets of the race's last part are escaped, or Markdown would look for the other one,
    and after it what the link says of the view, if anything: so one who has only the race adds a
    view to it, as the player does.

    Args:
        viewed: whether what it says of the view stays.
    """
    parts = query.split("&")
    *race, last = (part for part in parts if part.partition("=")[0] not in VIEW)
    if last.endswith(")"):
        last = last.replace("(", "%28").replace(")", "%29")
    view = [part for part in parts if viewed and part.partition("=")[0] in VIEW]
    return "&".join([*race, last, *view])


def _escaped(key: str, value: str) -> str:
    if key == RULE:
        return quote(value, safe="(),*/=;^|")
    return quote(value, safe="(),*/") if key == "formula" else quote_plus(value, safe="(),=/")


def _what_is_left_out(surface: Surface) -> LeftOut:
    """The start and the domain that a link to the surface has when it names neither."""
    values = {p.name: v for p, v in zip(surface.parameters, surface.values, strict=True)}
    source = surface.formula, uploaded(surface)

    def made(domain: Domain | None) -> Surface:
        return built(surface.key, source, values, surface.transform, domain)

    domain = None
    try:
        own = made(None)
        domain = own.domain
        return (own if domain == surface.domain else made(surface.domain)).start, domain
    except Refusal:  # defined in other places than the ones that are looked at
        return None, domain


def uploaded(surface: Surface | Drawn) -> Data | None:
    """The data that a surface has in place of its own."""
    if not isinstance(surface, DataSurface):
        return None
    own = cast(DataSurface, SURFACES[surface.key]).data
    return None if surface.data == own else surface.data


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
    link, keys = Link(), (*PLACE, *stated(opening[0]), "lane", RULE, *VIEW, "v")
    parts = _Parts(query, keys, link, of)
    if "problem" in parts.texts:
        for key in ("surface", "formula", "data", "domain"):
            if parts.texts.pop(key, None):
                link.say(Refusal(key, "is no part of a race on a problem"), LEFT_OUT)
    given = parts.texts.keys() & set(keys) - {"v"}
    link.version = parts.first("v", _version, versions.FIRST, f"version {versions.FIRST}")
    parts.default(versions.left_out(link.version, ""))
    surface = _surface(parts, data, opening[0])
    starts = parts.texts.get("start", [])
    swarm = swarm_of(starts[1:], surface, link)
    del starts[1:]
    own = numbers_text(surface.start)
    start = parts.first("start", lambda text: start_of(text, surface), surface.start, own)
    settings = parts.set_(stated(surface), "what suits the values")
    lanes = _lanes(parts) or opening[1]
    # A link's last part has the bracket that a sentence closes around it.
    viewed = View.statements(settings["steps"], len(lanes))
    view = View(**parts.set_(viewed, "none", around=AROUND + "()"))
    return {
        "surface": surface,
        "start": start,
        "swarm": swarm,
        "lanes": lanes,
        "view": view,
        "problems": tuple(few(link.problems)),
        "usable": bool(given - parts.lost) and not parts.lost & {"surface", "lane"},
        **settings,
    }


class _Parts:
    """What a link says under each key, taken as it is asked for.

    Attributes:
        texts: key -> what is given under it, each time.
        lost: the keys for which something else was used.
    """

    def __init__(
        self, query: str | Mapping[str, Any], keys: Sequence[str], link: Link, of: str
    ) -> None:
        self.link = link
        self.texts: dict[str, list[str]] = {}
        self.lost: set[str] = set()
        said = query if isinstance(query, str) else _texts(query, link)
        for key, value in mended.parts(said, keys):
            self.texts.setdefault(key, []).append(value)
        if not self.texts and not link.problems:
            link.use("the opening race", Refusal("The link is empty"))
        for key in self.texts:
            if key not in keys:
                link.say(Refusal(f"“{shorten(key)}”", f"is no part of {of}"), LEFT_OUT)

    def default(self, texts: Mapping[str, str]) -> None:
        """What is said where the link does not."""
        for key, text in texts.items():
            self.texts.setdefault(key, [text])

    def first(self, key: str, parse: Callable[[str], T], otherwise: T, spelled: str = "") -> T:
        """The parsed value of a key, or `otherwise` with a sentence that says why."""
        if key not in self.texts:
            return otherwise
        if len(self.texts[key]) > 1:
            self.link.use("the first", Refusal(key, f"is given {len(self.texts[key])} times"))
        try:
            return parse(self.texts[key][0])
        except Refusal as refusal:
            self.link.use(spelled, refusal)
            self.lost.add(key)
            return otherwise

    def set_(self, rows: Mapping[str, Setting], empty: str, around: str = "") -> dict[str, Any]:
        """What is set by each row; a default without a text is spelled as `empty`."""
        found = {}
        for key, row in rows.items():
            parse = partial(set_to, row, link=self.link, around=around)
            found[key] = self.first(key, parse, row.default, value_text(row.default) or empty)
        return found


def _surface(parts: _Parts, data: Iterable[Data], opening: Surface | Drawn) -> Surface | Drawn:
    """Where the race is run."""
    texts, link = parts.texts, parts.link
    if "formula" in texts:
        parts.default({"surface": TYPED})
    elif "domain" in texts or "data" in texts:
        parts.default({"surface": opening.key})
    formula = parts.first("formula", lambda text: text, None)
    named = parts.first("data", lambda text: text.strip(AROUND).lower(), None)
    here = {each.digest: each for each in data}
    key = surface_key(texts["surface"][0]) if "surface" in texts else opening.key
    before = versions.left_out(link.version, key) if key else {}
    if before:
        parts.default({"surface": key})
    place = () if {"domain", "formula"} & texts.keys() else ("domain", "start")
    parts.default({each: before[each] for each in (*place, "scale") if each in before})
    domain = parts.first("domain", domain_of, None, "the surface's own")

    def read_surface(text: str) -> Surface | Drawn:
        return surface_of(text, formula, named, here, domain, link)

    surface = parts.first("surface", read_surface, opening, opening.key)
    return parts.first("problem", lambda text: problem_of(text, link), surface, surface.name)


def _lanes(parts: _Parts) -> tuple[Lane, ...]:
    """Who takes part; nobody where the link does not say so."""
    texts, link = parts.texts, parts.link
    link.rules = texts.get(RULE, [])
    if link.rules:
        parts.default({"lane": Rule.key})
    lanes = lanes_of(texts["lane"], link) if "lane" in texts else None
    if link.rules:
        link.say(Refusal(RULE, "is given more often than lane=rule"), "the last were left out")
    if lanes == ():
        parts.lost.add("lane")
    return lanes or ()


def _texts(query: Mapping[Any, Any], link: Link) -> list[tuple[str, str]]:
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


def _version(text: str) -> int:
    version, present = whole_of(text, "v"), versions.present()
    if not versions.FIRST <= version <= present:
        raise Refusal(
            "v",
            f"must be the version of a link, from {versions.FIRST} to {present}, not {version}",
        )
    return version
