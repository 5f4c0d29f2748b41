"""What stands around a formula that is pasted from code or a paper, and is no part of it.

f(x, y) = …, z = …, lambda x, y: …, return …; np. before a function; dollar signs and quotes.
"""

from __future__ import annotations

import re

from formulas.advice import Refused, Text
from formulas.functions import ALIASES, FUNCTIONS
from formulas.tex import read_tex

_MODULES = """
torch.nn.functional torch.special autograd.numpy jax.numpy jax.nn jax.lax tf.math scipy.special
System.Math np numpy onp anp math cmath Math Mathf torch jnp jax lax tf tensorflow cp cupy xp scipy
special sympy sp mpmath mp keras nn F numexpr linalg
"""
PREFIX = re.compile(
    rf"(?<![A-Za-z_.])(?:std::|(?:{'|'.join(map(re.escape, _MODULES.split()))})\.)(?=[A-Za-z])"
)
TAU = re.compile(r"(?<![A-Za-z_.])(?:math|np|numpy|cmath|torch|tf|Math)\.tau\b")
AROUND = [("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")]
AROUND += [(quote, quote) for quote in ("```", "`", '"', "'")]

_BODY = re.compile(r"\{\s*return\b")
_NAME = r"(?:[^\W\d][\w']*(?:_\{\w+\})?)"
_LIST = r"(?P<list>(?:[^()=]|\([^()=]*\))*)"
_UNPACKED = r"\s*x\s*,\s*y\s*=\s*{}\s*[;\n]"
_HEADS = tuple(
    re.compile(rf"\s*(?:{head})\s*")
    for head in (
        r"return\b",
        r"(?:let|const|var|auto|double|float|minimi[sz]e|function)\b(?=\s+[^\W\d])",
        r"def\s+\w+\s*\((?P<list>[^()]*)\)\s*(?:->[^:]*)?:",
        r"lambda\s+(?P<list>[^:]*):",
        rf"@\s*\({_LIST}\)",
        rf"function\s*\({_LIST}\)",
        rf"\({_LIST}\)\s*(?:=>|->|\|->)",
        _UNPACKED.format(r"\w+"),
        rf"(?P<list>{_NAME}(?:\s*,\s*{_NAME})*)\s*(?:=>|->|\|->)",
        rf"(?:min\s+)?(?P<name>{_NAME})\s*\({_LIST}\)\s*(?::=|=>|=|<-|->)(?!=)",
        rf"(?P<name>{_NAME})\s*\[(?P<list>[^=]*)\]\s*(?::=|=)(?!=)",
        rf"(?P<name>{_NAME})\s*\({_LIST}\)\s*(?=\{{\s*return\b)",
        rf"(?P<name>{_NAME}(?:\.\w+)?)\s*(?::=|=|<-)(?!=)",
        r":?=(?!=)",
    )
)
_TYPE = re.compile(r"\s*(?:const\s+)?(?:double|float|auto|real|number|f64|f32)\s+[&*]?\s*")
_ARGUMENT = re.compile(r"\s*([^\W\d_]\w*?)(?:_?\(?\{?\[?[012]\]?\}?\)?|_)?\s*(?:[:=].*)?")


def undressed(text: Text) -> tuple[Text, str]:
    """A formula alone, without LaTeX, and the name whose parts x and y are: x unless it says so.

    Raises:
        Refused: it is one of other coordinates than x and y, or its LaTeX is refused.
    """
    text = bare(text)
    if "\\" in text.plain:
        text = bare(read_tex(text))
    while braces := re.search(r"\^\{(\d+|[a-z])\}(?![\d.eE])", text.plain):
        text = text.replaced(braces.start(), braces.end(), f"^{braces[1]}")
    vector = "x"
    while head := next(filter(None, (head.match(text.plain) for head in _HEADS)), None):
        groups = head.groupdict()
        if groups.get("name", "").lower() in FUNCTIONS.keys() | ALIASES.keys():
            break
        body = text.part(head.end())
        if groups.get("name", "").lower() in ("x", "y") and groups.get("list") is None:
            why = " is a coordinate here"
            _only(text, head, body, why)
        if groups.get("list") is not None:
            vector = _coordinates(text, head, body) or vector
        text = bare(body)
    return without_prefixes(text), vector


def bare(text: Text) -> Text:
    """Without what encloses or ends it."""
    while True:
        plain = text.plain
        begin = len(plain) - len(plain.lstrip())
        end = len(plain.rstrip())
        if end > begin and (comment := re.search(r"\s*(?:;\s*(?:%|//)|#).*$", plain[begin:end])):
            end = begin + comment.start() if comment.start() else end
        while end > begin and (
            plain[end - 1] in ";," or re.search(r"[^\d.]\.$", plain[begin:end]) is not None
        ):
            end -= 1
        if (body := _BODY.match(plain, begin, end)) and plain[end - 1] == "}":
            begin, end = body.end(), end - 1
        for opening, closing in AROUND:
            if plain.startswith(opening, begin) and end - begin > len(opening + closing) - 1:
                inside = plain[begin + len(opening) : end - len(closing)]
                if plain.endswith(closing, begin, end) and closing not in inside:
                    begin, end = begin + len(opening), end - len(closing)
                    break
        if (begin, end) == (0, len(plain)) or not plain[begin:end].strip():
            return text
        text = text.part(begin, end)


def _only(text: Text, head: re.Match[str], body: Text, why: str) -> None:
    """Refuse a head whose body alone may be meant."""
    start, end = text.span(head.start(), head.end())
    text_of_head = f"{text.place(head.start(), head.end())}{why}"
    raise Refused(f"{text_of_head}: write only what stands right of it", start, end, ("",))


def _coordinates(text: Text, head: re.Match[str], body: Text) -> str:
    """The name of the vector that a head's list holds, or nothing: its names are x and y."""
    parts = [part for part in re.split("[,;]", head["list"]) if part.strip()]
    arguments = [_TYPE.sub("", part, count=1) for part in parts]
    names = [
        match[1] if (match := _ARGUMENT.fullmatch(argument)) else argument.strip()
        for argument in arguments
    ]
    small = [name.lower() for name in names]
    if not names or "x" in small or "y" in small:
        return ""
    first = names[0]
    if re.match(_UNPACKED.format(re.escape(first)), body.plain):
        return ""
    if re.search(rf"(?<![^\W_]){re.escape(first)}\s*(?:\[|\(\s*[012]\s*\))", body.plain):
        return first
    there = names[:2]
    meant = dict(zip(there, "xy", strict=False))
    runs = re.findall(r"[^\W\d_]+", body.plain)
    mixed = [run for run in runs if run not in meant and run.lower() not in (*FUNCTIONS, *ALIASES)]
    write = re.sub(r"[^\W\d_]+", lambda run: meant.get(run[0], run[0]), body.plain)
    clear = not any(set(run) & set("".join(there)) or run in ("x", "y") for run in mixed)
    called = " and ".join(f"{new} for {old}" for old, new in meant.items())
    raise Refused(
        f"{text.place(head.start(), head.end())} has other coordinates: write {called}",
        *text.span(0, len(text.plain)),
        (write,) if clear else (),
    )


def without_prefixes(text: Text) -> Text:
    """Without the modules before functions, as in np.sqrt."""
    while match := TAU.search(text.plain):
        text = text.replaced(match.start(), match.end(), "(2pi)")
    while match := PREFIX.search(text.plain):
        # What is advised for a function stands in its prefix's place, too.
        text = text.replaced(match.start(), match.end() + 1, text.plain[match.end()])
    return text
