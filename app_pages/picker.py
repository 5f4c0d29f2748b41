"""How the words of a search find what a picker offers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

_ENDINGS = (("(ss|x|ch|sh)es", r"\1"), ("ies", "y"), ("ima", "imum"), ("([^s])s", r"\1"))


def found(typed: str, name: str, *texts: str) -> int:
    """How well what is typed finds something; 0 where it does not.

    Each word typed has to begin a word of the name or the texts, whatever its case and number.

    Returns:
        3 for the whole name, 2 for words of the name, 1 for words of the texts, 0 for none.
    """
    asked, named = words(typed), words(name)
    if asked == named:
        return 3
    if _begin(asked, named):
        return 2
    return int(_begin(asked, [*named, *words(" ".join(texts))]))


def best(typed: str, offered: Iterable[T], said: Callable[[T], Sequence[str]]) -> list[T]:
    """What is found of all that is offered, the best first.

    Args:
        said: the name of one, and the texts that speak of it.
    """

    def rank(each: T) -> int:
        return found(typed, *said(each))

    return sorted(filter(rank, offered), key=rank, reverse=True)


def words(text: str) -> list[str]:
    """A text's words in lower case and the singular, without accents; "non-convex" is one."""
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text.casefold()))
    joined = re.sub(r"\bnon-", "non", plain)
    return [_singular(word) for word in re.findall(r"[^\W_]+", joined)]


def _begin(asked: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(word.startswith(each) for word in words) for each in asked)


def _singular(word: str) -> str:
    for ending, other in _ENDINGS:
        if len(word) > 3 and re.search(f"{ending}$", word):
            return re.sub(f"{ending}$", other, word)
    return word
