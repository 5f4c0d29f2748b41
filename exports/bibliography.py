"""The works behind a race's methods, in BibTeX, as the methods state them."""

from __future__ import annotations

import re
import unicodedata

from experiment import Experiment
from optimizers import Optimizer, Rule
from optimizers.sources import Paper

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


def key(paper: Paper) -> str:
    """The first author, the year, and the title's first word: kingma2015adam."""
    author, word = re.match(r"\w+", paper.authors[0]), re.search(r"\w{3,}", paper.title)
    assert author
    assert word
    name = unicodedata.normalize("NFKD", f"{author[0]}{paper.year}{word[0]}".lower())
    return "".join(c for c in name if c.isascii())


def bibliography(experiment: Experiment) -> str:
    """One entry for each work behind the lanes, in their order; its note names the methods."""
    used: dict[Paper, dict[str, None]] = {}
    for lane in experiment.lanes:
        inner = [v for v in lane.optimizer.values().values() if isinstance(v, Optimizer)]
        for optimizer in (lane.optimizer, *inner):
            if not isinstance(optimizer, Rule):  # whose author is the person who takes it away
                used.setdefault(optimizer.paper, {})[optimizer.name] = None
    return "\n".join(
        f"@misc{{{key(paper)},\n"
        f"  author = {{{tex(' and '.join(paper.authors))}}},\n"
        f"  title = {{{{{tex(paper.title)}}}}},\n"
        f"  year = {{{paper.year}}},\n"
        f"  url = {{{paper.url}}},\n"
        f"  note = {{{', '.join(map(tex, methods))}}}\n"
        "}\n"
        for paper, methods in used.items()
    )
