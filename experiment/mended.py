"""What was meant by a text that people typed, quoted, mailed or pasted.

Only what can be meant in one way is read; all else stays as it is, for its reader to refuse. What
needs no mending is not touched: labels and formulas keep every letter.
"""

from __future__ import annotations

import html
import math
import quopri
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, unquote

from experiment.calls import AROUND, ENDS, QUOTES, closed, split
from formulas.syntax import GREEK

FORMULA, RULE = "formula", "rule"
ADDED = re.compile(r"embed(_options)?|utm_\w+|fbclid|gclid|msclkid|igshid|mc_[ce]id", re.IGNORECASE)
"""What an embedding page, a mail or a network adds to a link of any site."""

MAX_LAYERS = 3  # of escapes around escapes
LONGEST_RUN = 100
_RUN = re.compile(rf"(?:[\s;,&?；，＆？>|+]|amp;){{{LONGEST_RUN},}}")
DASHES = "−–—‐‑‒―﹣－⁃˗"
_SIGNS = str.maketrans(
    dict.fromkeys(DASHES, "-")
    | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if not chr(code).isalnum()}
    | dict.fromkeys("[{｛［", "(")
    | dict.fromkeys("]}｝］", ")")
    | {
        "‚": ",",
        "、": ",",
        "，": ",",
        "；": ";",
        "﹐": ",",
        "،": ",",
        "؛": ",",
        "٫": ".",
        "＝": "=",
        "－": "-",
    }
)
_FULL_WIDTH = {chr(code) for code in range(0xFF01, 0xFF5F)} | {"\u00a0"}
_BREAK = re.compile(r"[ \t]*(?:\r\n|[\r\n\u2028\u2029])[>| \t]*")
_BREAKS = re.compile(r"[\r\n\u2028\u2029][\s>|]*+")
_AMPERSAND = re.compile(r"&(?:amp;|#0*38;|#x0*26;)+", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-z]\w*|#\d+|#x[\da-f]+);", re.IGNORECASE)
_LEFT_OVER = re.compile(r"\W*(?:(?:amp|#0*38|#x0*26);\W*)*", re.IGNORECASE)
_ESCAPE = re.compile(r"%[\da-f]{2}", re.IGNORECASE)
_QUOTED = re.compile(r"=(?:3D|[ \t]*\r?\n)")  # an equals sign as quoted-printable mails write it
_LINK_INSIDE = re.compile(r"\s*https?://[^?]*\?.*=", re.IGNORECASE | re.DOTALL)
_AROUND_LINK = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r""".*?<a\s[^<>]*?href\s*=\s*["']([^"']*)["']""",
        r'=\s*HYPERLINK\(\s*"([^"]*)"',
        r"<(https?://[^<>]*)\|[^|<>]*>",  # a chat's link and its words
        r"https?://[^/?]*/v3/__(https?://.*?)__;",  # a mail filter's
    )
)
_DASHED = re.compile(r"\s*https?-3A(?:__|-2F-2F)", re.IGNORECASE)  # a mail filter's escapes
_JSON_ESCAPE = re.compile(r"\\u00([2-7][\da-f])", re.IGNORECASE)

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_POWER = re.compile(r"(?:(?P<by>[+-]?[\d.]+)[*·×x])?10(?:\^|\*\*)\(?(?P<of>[+-]?\d+)\)?")
_LOST_SIGN = re.compile(r"([\d.]e) (\d)", re.IGNORECASE)  # of an exponent: 1e+5
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[,'’ \u202f]\d{3})+")
_BETWEEN = re.compile(r"\)\s*[x×*,;]?\s*\(")
_LINKS_SIGNS = str.maketrans("＆？＝％＃", "&?=%#")
_AXIS = re.compile(r"[a-zθ]\w?\s*=\s*(?=[-+.\d])")


def parts(link: str | Iterable[tuple[str, str]], known: Sequence[str]) -> list[tuple[str, str]]:
    """The keys and values of a link, in order.

    Args:
        link: a query or a whole link; or the keys and values into which a browser has cut one.
        known: the keys that a link can have; any other is left as it is spelled.
    """
    follows = re.compile(rf"(?:{'|'.join(map(re.escape, known))})\s*[=＝]", re.IGNORECASE)

    def on_a_line(text: str) -> str:
        """With a space where a part begins on a line of its own."""
        text = _limited(text)
        return _BREAKS.sub(lambda m: " " if follows.match(text, m.end()) else m[0], text)

    pairs = _cut(on_a_line(_plain_equals(link))) if isinstance(link, str) else list(link)
    pairs = [(key, _undashed(value)) for key, value in pairs]
    either = {skeleton(key).removesuffix("s") + many: key for key in known for many in ("", "s")}
    keys = either | {skeleton(key): key for key in known}
    inside = next((value for _, value in pairs if _LINK_INSIDE.match(value)), None)
    if inside is not None:  # another's address, around ours, which may have been cut by it
        ours = [(key, v) for key, v in pairs if v != inside and skeleton(key) in keys]
        pairs = _cut(inside) + (ours if any(key != "data" for key, _ in ours) else [])
    found = []
    for key, value in pairs:
        if not value and "=" in (whole := _unescaped(key).translate(_LINKS_SIGNS)):
            found += parts(whole, known)
            continue
        if not value and _ENTITY.fullmatch(f"&{key}"):
            continue
        bare = _LEFT_OVER.sub("", key, count=1)
        key = keys.get(skeleton(bare), key)
        value = _limited(value.strip()) if key == RULE else on_a_line(value)
        value = _visible(_BREAK.sub(";" if key == RULE else "", value))
        for name, text in _divided(key, value, keys):
            if not ADDED.fullmatch(name):
                found.append((name, text if name in (FORMULA, RULE) else tidy(text)))
    return found


def _cut(link: str) -> list[tuple[str, str]]:
    """A link's text into keys and values, without the address before and the fragment after."""
    text = _BREAK.sub("", link)
    text = _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    for around in _AROUND_LINK:
        if match := around.match(text.strip()):
            text = match[1]
    text = _visible(text).translate(_LINKS_SIGNS)
    text = _entities(_AMPERSAND.sub("&", text))
    if "=" not in text and re.search("%3d", text, re.IGNORECASE):
        text = unquote(text)
    address, mark, query = text.partition("?")
    if mark and "=" not in address:
        text = query.lstrip("?")
    text = text.partition("#")[0].strip()
    return parse_qsl(text, keep_blank_values=True)


def _limited(text: str) -> str:
    """With no more than so many spaces and separators in a row: a hostile link has thousands."""
    return _RUN.sub(lambda match: match[0][:LONGEST_RUN], text)


def _undashed(value: str) -> str:
    """A link in whose escapes a mail filter wrote dashes, and underscores for slashes."""
    return unquote(value.replace("_", "/").replace("-", "%")) if _DASHED.match(value) else value


def _plain_equals(text: str) -> str:
    """A link out of a mail in quoted-printable, which writes =3D for each equals sign."""
    signs = text.count("=")
    if "=3D" not in text or signs != len(_QUOTED.findall(text)):
        return text
    return quopri.decodestring(text.encode()).decode(errors="replace")


def _divided(key: str, value: str, keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A part in which others follow, separated by what is no ampersand.

    In a rule only other lanes and rules can: its lines begin with names and an equals sign, too.
    """
    names = "|".join(keys.values())
    start = 0
    follows = re.compile(rf"[\s;,&?；，＆？]+(?:amp;)*({names})\s*[=＝]\s*", re.IGNORECASE)
    for match in follows.finditer(value):
        if key == RULE and keys[skeleton(match[1])] not in (RULE, "lane"):
            continue
        before = value[: match.start()].translate(_SIGNS)
        if before.count("(") > before.count(")"):
            continue
        yield key, value[start : match.start()]
        key, start = keys[skeleton(match[1])], match.end()
    yield key, value[start:]


def tidy(text: str) -> str:
    """A value with plain signs, brackets and spaces, without escapes and what cannot be seen.

    Letters and digits stay as they are: a label may have any.
    """
    text = _unescaped(text)
    text = "".join(" " if c.isspace() else c for c in _visible(text))
    return text.translate(_SIGNS)


def formula(text: str) -> tuple[str, bool]:
    """A formula that is refused as it was given, as it can have been meant.

    A factor that is missing, or a factorial, is nothing that a mail adds or takes away. Where
    brackets were closed, they may have stood elsewhere: whether that is so is said beside.
    """
    text = _visible(_unescaped(text))
    text = "".join(unicodedata.normalize("NFKC", c) if c in _FULL_WIDTH else c for c in text)
    return closed(text.strip(QUOTES), ENDS), text.count("(") > text.count(")")


def _unescaped(text: str) -> str:
    for _ in range(MAX_LAYERS):
        text = _entities(unquote(text) if _ESCAPE.search(text) else text)
    return text


def _entities(text: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _visible(text: str) -> str:
    """Without soft hyphens, zero-width spaces, joiners, byte-order marks, controls, surrogates."""
    hidden = ("Cf", "Cc", "Cs")
    return "".join(c for c in text if unicodedata.category(c) not in hidden or c.isspace())


def skeleton(name: str) -> str:
    """What two spellings of a name share: goldsteinprice, beta1, lambda.

    Case, spaces, hyphens, underscores, accents and the marks of LaTeX say nothing; a Greek letter
    is its name.
    """
    text = unicodedata.normalize("NFKD", name.replace("\\var", "\\"))
    text = "".join(GREEK.get(c, c) for c in text)
    return "".join(c for c in text if c.isalnum()).casefold()


def meant(name: str, known: Mapping[str, Iterable[str]]) -> str:
    """The key that a name means: itself, or the only one that has such a spelling.

    Args:
        known: each key's other spellings. A spelling that is a key's own is no other's.

    Returns:
        The name as it is where it means none or several.
    """
    if name in known:
        return name
    bare = skeleton(name)
    for spellings in ({key: (key,) for key in known}, known):
        found = {key for key, words in spellings.items() if bare in map(skeleton, words)}
        if len(found) == 1 and bare:
            return found.pop()
    return name


def number(text: str) -> float | None:
    """A number as people write one; None for what is none, or can be two: 1,000."""
    try:
        return float(text)
    except ValueError:
        pass
    text = _RAISED.sub(lambda match: "^" + match[0].translate(_SUPERSCRIPTS), text)
    text = _LOST_SIGN.sub(r"\1+\2", unicodedata.normalize("NFKC", tidy(text)).translate(_SIGNS))
    text = text.rstrip(AROUND + "()").lstrip(QUOTES + "(")
    if power := _POWER.fullmatch(text.replace(" ", "")):
        text = f"{power['by'] or 1}e{power['of']}"
    if _DECIMAL_COMMA.fullmatch(text) and not _THOUSANDS.fullmatch(text):
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None


def whole(text: str) -> float | None:
    """The same where only a whole number can be meant, which may have signs between thousands."""
    if _THOUSANDS.fullmatch(text.strip()):
        text = re.sub(r"[^\d+-]", "", text)
    return number(text)


def numbers(text: str, count: int) -> list[float]:
    """So many finite numbers, with or without brackets around them, however they are separated.

    Commas separate, unless something else does; then they are decimal. Empty for what is no such
    row of numbers.
    """
    text = _BETWEEN.sub(",", tidy(text)).rstrip(AROUND + "()").lstrip(QUOTES + "()")
    text = _AXIS.sub("", text)
    for pieces in (text.split(","), text.split(";"), re.split(r",?\s+", text)):
        found = [number(piece) for piece in pieces]
        if len(found) == count and all(n is not None and math.isfinite(n) for n in found):
            return [n for n in found if n is not None]
    return []


def values(text: str) -> list[str]:
    """What stands in a list in brackets, such as torch's betas; empty where there are none."""
    text = text.strip()
    return split(text[1:-1]) if text.startswith("(") and text.endswith(")") else []
