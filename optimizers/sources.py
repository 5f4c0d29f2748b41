"""Where a method comes from, and what it is held to: a paper, a library's function, a passage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OTHERS = "others"
"""Stands, as in BibTeX, for the authors after those that are named."""


@dataclass(frozen=True)
class Paper:
    """A published work.

    Attributes:
        authors: family names; the last is OTHERS where there are more.
        year: of this publication.
        title: as it is printed.
        url: where it is.
    """

    authors: tuple[str, ...]
    year: int
    title: str
    url: str

    def __str__(self) -> str:
        """As it is cited: Kingma & Ba 2015, Duchi, Hazan & Singer 2011, Zhuang et al. 2020."""
        *first, last = self.authors
        if last == OTHERS:
            return f"{', '.join(first)} et al. {self.year}"
        return f"{' & '.join(filter(None, [', '.join(first), last]))} {self.year}"


@dataclass(frozen=True)
class Passage:
    """A place in a work, from which steps are worked out by hand.

    Attributes:
        where: "section 3.3", "Algorithm 3.1"; empty for the whole.
    """

    paper: Paper
    where: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, [str(self.paper), self.where]))


@dataclass(frozen=True)
class Function:
    """A library's function.

    Attributes:
        module: "torch.optim", "optax.contrib".
        name: "Adam", "dog".
        arguments: those that make it this method; `...` for any value.
    """

    module: str
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """As it is called: torch.optim.Adam(amsgrad=True); without arguments the name alone."""
        given = ", ".join(f"{key}={_written(value)}" for key, value in self.arguments.items())
        return f"{self.module}.{self.name}" + (f"({given})" if given else "")


def _written(value: Any) -> str:
    if value is ...:
        return "…"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_written(k)}: {_written(v)}' for k, v in value.items())}}}"
    return json.dumps(value) if isinstance(value, str) else repr(value).replace("e-0", "e-")


NUMERICAL_OPTIMIZATION = Paper(
    ("Nocedal", "Wright"),
    2006,
    "Numerical Optimization",
    "https://doi.org/10.1007/978-0-387-40065-5",
)
"""The textbook of several methods."""
