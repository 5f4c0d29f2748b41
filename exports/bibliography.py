"""The works behind a race's methods, in BibTeX, as the methods' own docstrings cite them."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

from experiment import Experiment
from optimizers import Optimizer

AUTHORS = r"(?:[A-Z][\w'-]+(?:, (?=[A-Z])| & | and )?)+(?: et al\.)?"
ADDRESS = r"https?://(?:[^\s,;()]|\([^\s,;()]*\))+(?<!\.)"
"""An address in a text: its brackets are in pairs, and a sentence's full stop is no part of it."""
CITATION = re.compile(rf"({AUTHORS}),? (\d{{4}})\b[^;]*?({ADDRESS})")


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
        return f"{author[0]}{self.year}{word[0]}".lower()


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
        f"  author = {{{work.authors}}},\n"
        f"  title = {{{{{work.title}}}}},\n"
        f"  year = {{{work.year}}},\n"
        f"  url = {{{work.url}}},\n"
        f"  note = {{{', '.join(methods)}}}\n"
        "}\n"
        for work, methods in used.items()
    )
