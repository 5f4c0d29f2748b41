"""Warm-up: a learning rate that is too large only at first."""

from experiment.told import NEVER, Measured
from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from optimizers.sources import OTHERS, Paper, Passage

WALL = "surface=rosenbrock&start=2,-1&steps=2000"
VALLEY = "surface=rosenbrock&start=0,0&steps=2000"
TWO = "&lane=sgd(lr=0.0018)&lane=sgd(lr=0.0018,warmup=20)"
SLOW = "&lane=sgd(lr=0.0003)&lane=sgd(lr=0.0018,warmup=20)"


def _diverges(m: Measured, i: int) -> bool:
    return m.diverged_at(i) < NEVER


def _flatter(m: Measured) -> float:
    """How many times flatter it is where the warm-up ends than where it began."""
    return m.sharpness_at(0, 0) / m.sharpness_at(0, 20)


LESSON = Lesson(
    key="warmup",
    place=16,
    title="Warm-up",
    about="Why a learning rate may be too large at first only, and what a slow beginning does.",
    cards=(
        Card(
            key="first-steps",
            claim="Started at its full rate SGD flies off; with 20 steps of warm-up it does not.",
            words="Both end up with the same learning rate. [One](1) has it from the first step; "
            "[the other's](2) rises to it over 20 steps.",
            more="They start high up a steep wall.",
            race=WALL + TWO + "&stop=25",
            holds=lambda m: _diverges(m, 0) and m.ending(1) < 0.01,
            guess=Choice(
                "Which of the two flies off?",
                (
                    Answer(
                        "only the one without warm-up",
                        lambda m: _diverges(m, 0) and not _diverges(m, 1),
                    ),
                    Answer("both", lambda m: _diverges(m, 0) and _diverges(m, 1)),
                    Answer("neither", lambda m: not _diverges(m, 0)),
                ),
            ),
            result="Without warm-up it diverges at step {diverged_at[0]:.0f}; with it, the loss "
            "falls from {loss_at[1, 0]:.0f} to {ending[1]:.1g}.",
            why=Why(
                "What do the small first steps do?",
                (
                    Reason("They lead off the steep wall, to where the full rate is safe"),
                    Reason(
                        "They save learning rate for later",
                        "Nothing is saved up: the rate is the same from step 20 on.",
                    ),
                    Reason(
                        "They give the averages time to fill",
                        "SGD keeps no averages. For Adam that can be a reason, too.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Start in the valley",
                    VALLEY + TWO,
                    "Here the full rate is safe from the start, and warm-up changes little: they "
                    "end at {ending[0]:.2g} and {ending[1]:.2g}.",
                    lambda m: not _diverges(m, 0) and m.ending(0) < 0.01,
                ),
                Try(
                    "Clip long gradients instead",
                    WALL + "&lane=sgd(lr=0.0018,clip=10)&lane=sgd(lr=0.0018,warmup=20)",
                    "With gradients scaled down to a length of 10 it does not fly off either; at "
                    "the end it is at {ending[0]:.2g}.",
                    lambda m: not _diverges(m, 0),
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="flatter-ground",
            claim="Where the warm-up ends, the surface is several times flatter than where it "
            "began.",
            words="How large a rate is safe depends on how curved the surface is: about 2 divided "
            "by its largest curvature.",
            more="That is so for the place where one stands. It changes on the way.",
            math=(r"\alpha < 2 / L",),
            race=WALL + "&lane=sgd(lr=0.0018,warmup=20)&stop=20&future=0",
            holds=lambda m: (
                _flatter(m) > 5 and 2 / m.sharpness_at(0, 0) < 0.0018 < 2 / m.sharpness_at(0, 20)
            ),
            guess=Choice(
                "After 20 steps, how curved is the surface beside where it began?",
                (
                    Answer("several times more", lambda m: _flatter(m) < 0.5),
                    Answer("about as much", lambda m: 0.5 <= _flatter(m) <= 2),
                    Answer("several times less", lambda m: _flatter(m) > 2),
                ),
            ),
            result="The largest curvature falls from {sharpness_at[0, 0]:.0f} to "
            "{sharpness_at[0, 20]:.0f}; so the full rate of 0.0018 is too large first, and safe "
            "after.",
            why=Why(
                "On a bowl with the same curvature everywhere, would warm-up help?",
                (
                    Reason("No: a rate too large there would stay too large"),
                    Reason(
                        "Yes: small steps are always safer",
                        "As soon as the rate is full, it flies off from wherever it is.",
                    ),
                    Reason(
                        "Yes: it gets closer first",
                        "From close by it flies off as well, only later.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "A bowl, curved alike everywhere",
                    "surface=quadratic&steps=200&lane=sgd(lr=0.11,warmup=20)",
                    "Its curvature is {sharpness_at[0, 0]:.0f} at the start and "
                    "{sharpness_at[0, 20]:.0f} after 20 steps: warm-up only puts off that it "
                    "diverges.",
                    lambda m: _flatter(m) < 1.5 and _diverges(m, 0),
                ),
                Try(
                    "Start in the valley",
                    VALLEY + "&lane=sgd(lr=0.0018,warmup=20)",
                    "Here it is not steep to begin with: {sharpness_at[0, 0]:.0f}, and "
                    "{sharpness_at[0, 20]:.0f} after 20 steps.",
                    lambda m: _flatter(m) < 1.5,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="or-smaller",
            claim="A rate small enough for the first step is too slow for all that follows.",
            words="[One](1) has a smaller rate, safe from the first step. [The other](2) warms up "
            "to a rate six times as large.",
            more="Most of the way leads along the valley, where large steps are safe.",
            race=WALL + SLOW + "&stop=2000",
            holds=lambda m: m.ending(1) < 0.2 * m.ending(0) and not _diverges(m, 0),
            guess=Choice(
                "After 2,000 steps, which has the lower loss?",
                (
                    Answer("the small rate", lambda m: m.ending(0) < 0.5 * m.ending(1)),
                    Answer("both about the same", lambda m: 0.5 <= m.ending(0) / m.ending(1) <= 2),
                    Answer("the one with warm-up", lambda m: m.ending(0) > 2 * m.ending(1)),
                ),
            ),
            result="The small rate ends at {ending[0]:.2g}, the one with warm-up at "
            "{ending[1]:.2g}.",
            why=Why(
                "What limits the small rate?",
                (
                    Reason("The steep first place, though it is soon behind"),
                    Reason(
                        "The valley, all along", "In the valley a rate six times as large is safe."
                    ),
                    Reason("The noise of its gradients", "There is no noise in this race."),
                ),
            ),
            tries=(
                Try(
                    "Look after 5 steps",
                    WALL.replace("2000", "5") + SLOW,
                    "Off the wall the small rate is first: after 5 steps it is at "
                    "{ending[0]:.1f}, the one that warms up at {ending[1]:.0f}.",
                    lambda m: m.ending(0) < m.ending(1),
                ),
                Try(
                    "Warm up for 4,000 steps",
                    WALL + "&lane=sgd(lr=0.0003)&lane=sgd(lr=0.0003,warmup=4000)",
                    "A warm-up longer than the race, to the same small rate, only costs time: it "
                    "ends at {ending[1]:.2g}, the other at {ending[0]:.2g}.",
                    lambda m: m.ending(0) < m.ending(1),
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="[SGD](1) flies off this wall. Bring it down and far along the valley, without "
            "changing the method.",
            race=WALL + "&lane=sgd(lr=0.0018)",
            goal=Goal(
                "Bring SGD's loss below 0.01 within these 2,000 steps.",
                lambda m: m.method(0) == "sgd" and m.ending(0) < 0.01,
                (
                    "A smaller rate is safe, but is it fast enough?",
                    "The rate is too large only for the first few steps.",
                    "Keep the rate, and set a warm-up of 20 steps.",
                ),
                WALL + "&lane=sgd(lr=0.0018,warmup=20)",
            ),
        ),
    ),
    sources=(
        Passage(
            Paper(
                ("Goyal", OTHERS),
                2017,
                "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour",
                "https://arxiv.org/abs/1706.02677",
            ),
            "section 2.2",
        ),
        Paper(
            ("Gilmer", OTHERS),
            2021,
            "A Loss Curvature Perspective on Training Instability in Deep Learning",
            "https://arxiv.org/abs/2110.04369",
        ),
    ),
    not_shown="Networks are warmed up for other reasons as well, such as noisy first averages in "
    "Adam; here it is the curvature alone.",
)
