"""The view: from where a race is first looked at. It decides no path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from experiment.budget import MAX_LANES, MAX_STEPS
from settings import Setting, setting, statements

PANELS = ("scene", "map", "data", "curve")
SPEEDS = ("slow", "0.25x", "0.5x", "1x", "2x", "4x", "8x", "1/s", "5/s", "20/s", "100/s")
"""The whole race in `SECONDS`, which begins slowly or goes so many times faster; steps a second."""
SECONDS = 10
_LANES = rf"[1-{MAX_LANES}](?:,[1-{MAX_LANES}])*"
_PANELS = "|".join(PANELS)
_NUMBER = r"-?\d{1,2}(?:\.\d{1,4})?"


@dataclass(frozen=True)
class View:
    """What a link says of how its race is first seen; a person then goes on from there.

    Attributes:
        step: where playback stands.
        stop: the step at which it stops once; 0 for the end.
        inside: the lane into whose step one looks, counted from 1; 0 for none.
        future: 1 where what is to come of each path is drawn faintly; 0 for no future.
        ribbon: 1 where runs from right beside the start go with each lane; 0 for none. See
            `experiment.ribbon`.
        hide: the lanes that are hidden, counted from 1, as in "2,3".
        speed: one of SPEEDS.
        panels: those of PANELS that are shown, as in "scene,map"; empty for all.
        camera: from where the scene is seen, x,y,z in lengths of the box; empty for its own.

    Raises:
        ValueError: an attribute is out of range; the message says which, and the range.
    """

    step: int = setting(0, high=MAX_STEPS)
    stop: int = setting(0, high=MAX_STEPS)
    inside: int = setting(0, high=MAX_LANES)
    future: int = setting(1, high=1, words="1, or 0 for none")
    ribbon: int = setting(0, high=1, words="1, or 0 for none")
    hide: str = setting("", choices=("",), pattern=_LANES, words="numbers of lanes such as 2,3")
    speed: str = setting("slow", choices=SPEEDS)
    panels: str = setting(
        "",
        choices=("",),
        pattern=rf"(?:{_PANELS})(?:,(?:{_PANELS}))*",
        words=f"some of {','.join(PANELS)}",
    )
    camera: str = setting(
        "",
        choices=("",),
        pattern=rf"{_NUMBER},{_NUMBER},{_NUMBER}",
        words="three numbers below 100 such as 1.2,-1.3,0.8",
    )

    def __post_init__(self) -> None:
        for key, statement in statements(View).items():
            object.__setattr__(self, key, statement.checked(getattr(self, key)))

    @classmethod
    def statements(cls, steps: int, lanes: int) -> Mapping[str, Setting]:
        """What can be set of it, in a race of so many steps and lanes."""
        most = {"step": steps, "stop": steps, "inside": lanes}
        numbers = {
            "step": f"a whole number from 0 to {steps}, the race's last step",
            "stop": f"a whole number from 0 to {steps}, the race's last step",
            "inside": f"the number of a lane, from 1 to {lanes}, or 0 for none",
        }
        stated = dict(statements(cls))
        for key, high in most.items():
            stated[key] = replace(stated[key], high=high, words=numbers[key])
        return stated

    def within(self, steps: int, lanes: int) -> View:
        """The same of a race of so many steps and lanes, without what that has not."""
        shown = [lane for lane in self.hide.split(",") if lane and int(lane) <= lanes]
        return replace(
            self,
            step=min(self.step, steps),
            stop=min(self.stop, steps),
            inside=self.inside if self.inside <= lanes else 0,
            hide=",".join(shown),
        )
