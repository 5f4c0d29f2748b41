"""What is registered under a key; a name that is no key is answered with the nearest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

V = TypeVar("V")


class Unknown(KeyError):
    """There is nothing of that name; the message is a sentence with the nearest key."""

    def __str__(self) -> str:
        return str(self.args[0])


class Registry(Mapping[str, V]):
    """A read-only mapping from keys to what is registered.

    Raises (when a key is asked for that is not there):
        Unknown: a KeyError whose message names the nearest keys.
    """

    def __init__(self, kind: str, entries: Mapping[str, V]) -> None:
        """`kind` is what one of the entries is called, as in "optimizer"."""
        self.kind = kind
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> V:
        try:
            return self._entries[key]
        except (KeyError, TypeError):
            raise Unknown(f"There is no {self.kind} {key!r}{self.nearest(key)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<{len(self)} {self.kind}s: {', '.join(self)}>"

    def nearest(self, name: Any) -> str:
        """What ends a sentence about a name that is no key: the key that it comes nearest to."""
        if not isinstance(name, str):
            return "."
        plain = {key.replace("_", ""): key for key in self}
        bare = "".join(filter(str.isalnum, name.lower()))
        found = get_close_matches(bare, plain, n=1)
        return f": did you mean {plain[found[0]]!r}?" if found else "."
