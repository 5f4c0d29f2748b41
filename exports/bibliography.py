"""The works behind a race's methods, in BibTeX, as the methods' own docstrings cite them."""

from __future__ import annotations

import inspect
import re
import unicodedata
from dataclasses import dataclass

from experiment import Experiment
from optimizers import Optimizer

AUTHORS = r"(?:[A-Z][\w'-]+(?:, (?=[A-Z])| & | and )?)+(?: et al\.)?"
ADDRESS = r"https?://(?:[^\s,;()]|\([^\s,;()]*\))+(?<!\.)"
"""An address in a text: its brackets are in pairs, and a sentence's full stop is no part of it."""
CITATION = re.compile(rf"({AUTHORS}),? (\d{{4}})\b[^;]*?({ADDRESS})")

SIGNS = {c: rf"\{c}" for c in "&%$#_{}"} | {
    "\\": r"{\textbackslash}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "ß": r"{\ss}",
    "æ": r"{\ae}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "ı": r"{\i}",
}
"""What TeX reads otherwise, or not at all, as it is written there."""

ACCENTS = dict(
    zip(
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328",
        ["`", "'", "^", "~", "=", "u ", ".", '"', "r ", "H ", "v ", "c ", "k "],
        strict=True,
    )
)
"""What stands for a combining accent after a backslash and before its letter."""


def tex(text: str) -> str:
    """A text for TeX in ASCII: é is {\\'e}, and a Greek letter with its index is set as formula."""
    return "".join(map(_letter, re.findall(r"[\u0370-\u03ff]\d*|.", text)))


def _letter(c: str) -> str:
    if c in SIGNS or c.isascii():
        return SIGNS.get(c, c)
    name = unicodedata.name(c[0], "").split()
    if name[:1] == ["GREEK"]:
        word = name[3].replace("LAMDA", "LAMBDA")
        word = word.lower() if name[1] == "SMALL" else word.capitalize()
        return f"$\\{word}{f'_{{{c[1:]}}}' if c[1:] else ''}$"
    plain = unicodedata.normalize("NFD", c)
    return f"{{\\{ACCENTS[plain[1]]}{plain[0]}}}" if plain[1:] in ACCENTS else c


@dataclass(frozen=True)
class Work:
    """What a bibliography needs to know of a work."""

    authors: str
    year: int
    title: str
    url: str

    @property
    def key(self) -> str:
        """The first author, the year, and the title's first word: kingma2015adam."""
        author, word = re.match(r"\w+", self.authors), re.search(r"\w{3,}", self.title)
        assert author
        assert word
        key = unicodedata.normalize("NFKD", f"{author[0]}{self.year}{word[0]}".lower())
        return "".join(c for c in key if c.isascii())


def cited(method: type[Optimizer]) -> Work:
    """The work whose authors, year and address stand first in a method's docstring."""
    found = CITATION.search(" ".join(inspect.cleandoc(method.__doc__ or "").split()))
    assert found, f"{method.__name__}'s docstring cites no authors, year and address."
    authors, year, url = found.groups()
    names = re.sub(r", | & | and ", " and ", authors).replace(" et al.", " and others")
    return Work(names, int(year), method.paper, url)


def bibliography(experiment: Experiment) -> str:
    """One entry for each work behind the lanes, in their order; its note names the methods."""
    used: dict[Work, dict[str, None]] = {}
    for lane in experiment.lanes:
        inner = [v for v in lane.optimizer.values().values() if isinstance(v, Optimizer)]
        for optimizer in (lane.optimizer, *inner):
            used.setdefault(cited(type(optimizer)), {})[optimizer.name] = None
    return "\n".join(
        f"@misc{{{work.key},\n"
        f"  author = {{{tex(work.authors)}}},\n"
        f"  title = {{{{{tex(work.title)}}}}},\n"
        f"  year = {{{work.year}}},\n"
        f"  url = {{{work.url}}},\n"
        f"  note = {{{', '.join(map(tex, methods))}}}\n"
        "}\n"
        for work, methods in used.items()
    )
