"""What a component reports, each time under the next number, and which of it was answered.

A component runs ahead of the page while a person drags or types: from the number that a run of the
page answers it knows whether what that shows is the latest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass(frozen=True)
class Reports:
    """The reports of one kind; Streamlit calls it when there is one, before the page runs again.

    Attributes:
        key: the component's identity, as of any widget.
        name: what the component calls them.
        hear: called with the report, a mapping.
    """

    key: str
    name: str
    hear: Callable[[Any], None]

    def __call__(self) -> None:
        report: Any = getattr(st.session_state[self.key], self.name)
        if isinstance(report, dict):
            self.take(report)

    def take(self, report: Mapping[str, Any]) -> None:
        """Hear a report, however it has come."""
        self._answered[report.get("of", 0)] = report["serial"]
        self.hear(report)

    def answered(self, of: int = 0) -> int:
        """The number of the latest that was heard, 0 before the first; of several parts each."""
        return self._answered.get(of, 0)

    @property
    def _answered(self) -> dict[int, int]:
        found: dict[int, int] = st.session_state.setdefault(f"{self.key}-{self.name}-answered", {})
        return found
