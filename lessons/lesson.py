"""What a lesson is made of: cards, each a claim that its own race is held to.

Numbers in prose are measured on the race that is shown, as `experiment.told` fills them in; of what
a card asks, the right answer is the one that the race gives. In prose `[Adam](1)` is a word in the
colour of lane 1, and `[m](m)` one in the colour of the arrow m of Inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from experiment import Experiment, run
from experiment.told import Measured
from optimizers.sources import Paper, Passage
from settings import statements

Holds = Callable[[Measured], bool]


@dataclass(frozen=True)
class Answer:
    """What a person may guess.

    Attributes:
        text: a word or a few as they stand within a sentence: the page says "You said longer."
        holds: whether it is what happens; of a card's answers exactly one does.
        label: as they stand by themselves; unless given, with a capital.
    """

    text: str
    holds: Holds
    label: str = ""

    def __post_init__(self) -> None:
        label = self.label or self.text[:1].upper() + self.text[1:]
        object.__setattr__(self, "label", label)


@dataclass(frozen=True)
class Choice:
    """A question before the race, answered by a word."""

    text: str
    answers: tuple[Answer, ...]

    def right(self, measured: Measured) -> int:
        """The place of the answer that the race gives.

        Raises:
            AssertionError: it gives none of them, or more than one.
        """
        found = [i for i, answer in enumerate(self.answers) if answer.holds(measured)]
        assert len(found) == 1, f"{self.text} {len(found)} of the answers hold."
        return found[0]


@dataclass(frozen=True)
class Flag:
    """A question before the race, answered by a click on the map; the distance is then told.

    Attributes:
        lane: whose place is asked for, from 0.
        step: the place after which step.
    """

    text: str
    lane: int
    step: int

    def place(self, measured: Measured) -> tuple[float, float]:
        """Where the race puts it."""
        theta = measured.trajectories[self.lane].theta
        x, y = theta[min(self.step, len(theta) - 1)]
        return float(x), float(y)


@dataclass(frozen=True)
class Reason:
    """An answer to why; a wrong one says in a sentence what speaks against it."""

    text: str
    against: str = ""


@dataclass(frozen=True)
class Why:
    """The question after the race; exactly one reason has nothing against it."""

    text: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Try:
    """The race with something changed, in which the outcome is another.

    Attributes:
        label: what is changed, for a button.
        race: a link's query.
        see: what then happens, with that race's numbers.
        holds: whether it happens; on the card's own race it does not.
    """

    label: str
    race: str
    see: str
    holds: Holds


@dataclass(frozen=True)
class Slide:
    """The one slider of a card: a hyperparameter of a lane, from 0."""

    lane: int
    name: str


@dataclass(frozen=True)
class Goal:
    """What a person is to bring about by changing lanes; the page checks it.

    Attributes:
        task: a sentence, as in "Make SGD converge within 200 steps."
        reached: whether a race does it; the card's own does not.
        hints: three, each telling more.
        solution: the query of a race that reaches it and differs from the card's in lanes only.
    """

    task: str
    reached: Holds
    hints: tuple[str, str, str]
    solution: str


@dataclass(frozen=True)
class Card:
    """Half a minute: one claim, a guess, the race, and what happened.

    Attributes:
        key: short, for links.
        claim: a sentence, which the race proves; empty for a card that only sets a goal.
        words: what is said beside the picture, at most 25 words.
        more: what is said besides where there is room; with words at most 45.
        race: the query of a link; its view says which panels are seen and, as stop, at which step
            the guess is answered.
        holds: the claim as code.
        result: what happened, with the race's numbers.
        math: at most two lines of LaTeX.
        guess: what is asked before the race is shown.
        why: what is asked after it.
        tries: two or three variations that flip the outcome.
        slide: what can be dragged.
        goal: what is to be brought about.
        after: the figure or passage of a paper that the card repeats; one of the lesson's sources.
        is_own: whether a person has written it, whose letters stay as they are.
    """

    key: str
    claim: str
    words: str
    race: str
    holds: Holds | None = None
    result: str = ""
    more: str = ""
    math: tuple[str, ...] = ()
    guess: Choice | Flag | None = None
    why: Why | None = None
    tries: tuple[Try, ...] = ()
    slide: Slide | None = None
    goal: Goal | None = None
    after: Passage | None = None
    is_own: bool = False

    @property
    def link(self) -> str:
        """The query of the race that the card shows."""
        return self.race

    @property
    def experiment(self) -> Experiment:
        """The race that the card shows."""
        return Experiment.from_query(self.race)

    def is_on(self, experiment: Experiment) -> bool:
        """Whether a race differs from the card's in its lanes only, and in how it is drawn."""
        own = self.experiment
        drawn = {key: getattr(own, key) for key, s in statements(Experiment).items() if s.drawn}
        return replace(experiment, lanes=own.lanes, view=own.view, **drawn) == own

    def solved(self, measured: Measured) -> bool:
        """Whether a race reaches the goal, and differs from the card's in its lanes only."""
        on = self.is_on(measured.experiment)
        return self.goal is not None and on and self.goal.reached(measured)

    def check(self) -> None:
        """Run the race and hold the claim to it.

        Raises:
            AssertionError: the claim is false, or the guess has no one answer; with what was
                measured.
        """
        measured = measured_on(self.race)
        if self.holds is not None:
            assert self.holds(measured), f"“{self.claim}” is false. {measured.told(self.result)}"
        if isinstance(self.guess, Choice):
            self.guess.right(measured)


@dataclass(frozen=True)
class Lesson:
    """A handful of cards.

    Attributes:
        key: the name of its file.
        place: where it comes among the lessons; lower is earlier.
        title: a word or a few, as in "Adam".
        about: a sentence for the list of lessons.
        cards: in order.
        sources: what the claims are taken from.
        not_shown: a sentence on what it does not show.
    """

    key: str
    place: int
    title: str
    about: str
    cards: tuple[Card, ...]
    sources: tuple[Paper | Passage, ...]
    not_shown: str


def measured_on(race: str) -> Measured:
    """What can be measured of a link's race, which is run."""
    experiment = Experiment.from_query(race)
    return Measured(experiment, run(experiment))
