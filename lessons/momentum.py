"""Momentum on a ravine, whose best settings are known in closed form."""

from experiment.told import Measured
from lessons.lesson import Answer, Card, Choice, Flag, Goal, Lesson, Reason, Slide, Try, Why
from lessons.papers import GOH
from optimizers import OPTIMIZERS
from optimizers.sources import Passage

FORMULAS = Passage(GOH, "“Optimal parameters”")

RAVINE = "surface=ravine&start=1,1&steps=400"
LONG = "surface=ravine&start=1,1&steps=1000"
BEST = "&lane=momentum(lr=3.306,momentum=0.6694)"
NEARLY = "&lane=momentum(lr=3.2,momentum=0.67)"
REACHED = 5e-7
NEAR = 0.001


def _gain(m: Measured) -> float:
    """How many times fewer steps the second lane needs."""
    return m.first_below(0, REACHED) / m.first_below(1, REACHED)


LESSON = Lesson(
    key="momentum",
    place=10,
    title="Momentum on a ravine",
    about="Why a narrow valley slows plain descent, and what momentum gains there at its best.",
    cards=(
        Card(
            key="two-speeds",
            claim="SGD is soon down the ravine's walls, and then slow along its floor.",
            words="A ravine is steep across and gentle along. [SGD](1) goes down both with the "
            "same learning rate.",
            more="A step is the rate times the slope, so it is long across and short along.",
            math=(
                r"f(x, y) = \tfrac12 (\lambda_1 x^2 + \lambda_2 y^2), \quad \lambda_1 < "
                r"\lambda_2",
            ),
            race=RAVINE + "&lane=sgd(lr=1.5)&stop=30&future=0&panels=scene,map",
            holds=lambda m: abs(m.at(0, 1, 30)) < 0.01 and m.at(0, 0, 30) > 0.5,
            guess=Flag("Where is SGD after 30 steps?", lane=0, step=30),
            result="It is at ({at[0, 0, 30]:.2f}, {at[0, 1, 30]:.2f}): on the floor, with most of "
            "the way still before it.",
            why=Why(
                "Why not take a larger learning rate for the floor?",
                (
                    Reason("Across, the steps would lead ever further up the walls"),
                    Reason(
                        "Along the floor it would go past the minimum",
                        "Along the floor even a rate fifty times as large would not.",
                    ),
                    Reason(
                        "The slope along the floor is zero",
                        "It is small, but only at the minimum is it zero.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "A larger learning rate",
                    RAVINE + "&lane=sgd(lr=2.1)",
                    "It goes up the walls: after 30 steps it is at y = {at[0, 1, 30]:.1f}, and "
                    "each step leads it further up.",
                    lambda m: abs(m.at(0, 1, 30)) > 5,
                ),
                Try(
                    "No ravine: as steep along as across",
                    RAVINE.replace("ravine", "ravine(lambda1=1)") + "&lane=sgd(lr=1.5)",
                    "In a round bowl one rate suits all directions: after 30 steps it is "
                    "{loss_at[0, 30]:.1g} above the minimum.",
                    lambda m: m.loss_at(0, 30) < 1e-6,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="best-of-both",
            claim="Each at its best settings, momentum needs several times fewer steps than SGD.",
            words="Both run at the settings that are proved best for this ravine. "
            "[Momentum](2) keeps a share of its last step.",
            more="Along the floor its steps add up; across they change sign and partly cancel.",
            math=(
                r"\text{SGD: } \alpha = \frac{2}{\lambda_1 + \lambda_2}",
                r"\alpha = \left(\frac{2}{\sqrt{\lambda_1} + \sqrt{\lambda_2}}\right)^2, \quad "
                r"\mu = \left(\frac{\sqrt{\lambda_2} - \sqrt{\lambda_1}}"
                r"{\sqrt{\lambda_2} + \sqrt{\lambda_1}}\right)^2",
            ),
            race=RAVINE + "&lane=sgd(lr=1.98)" + BEST + "&stop=70",
            holds=lambda m: 3 <= _gain(m) < 20,
            guess=Choice(
                "How many times fewer steps does momentum need?",
                (
                    Answer("hardly any fewer", lambda m: _gain(m) < 3),
                    Answer("about six times", lambda m: 3 <= _gain(m) < 20),
                    Answer("about a hundred times", lambda m: _gain(m) >= 20),
                ),
            ),
            result="To a loss below 5e−7 SGD takes {first_below[0, 5e-7]:.0f} steps, Momentum "
            "{first_below[1, 5e-7]:.0f}.",
            why=Why(
                "Why is momentum quicker along the floor?",
                (
                    Reason("There its steps point one way for long, so they add up"),
                    Reason(
                        "Its gradients are larger there",
                        "The slope at a place is the same for every method.",
                    ),
                    Reason(
                        "It measures how curved the ravine is",
                        "It is given gradients only; the settings were worked out beforehand.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "A much rounder bowl, at its best settings",
                    "surface=ravine(lambda1=0.5)&start=1,1&steps=400&lane=sgd(lr=1.3333)"
                    "&lane=momentum(lr=1.3726,momentum=0.0294)",
                    "Here SGD takes {first_below[0, 5e-7]:.0f} steps, Momentum "
                    "{first_below[1, 5e-7]:.0f}: there is little left to gain.",
                    lambda m: _gain(m) < 2,
                ),
                Try(
                    "Far too much momentum",
                    RAVINE + "&lane=sgd(lr=1.98)&lane=momentum(lr=3.306,momentum=0.99)",
                    "It swings to and fro for long: after 400 steps it is at {ending[1]:.1g}, SGD "
                    "at {ending[0]:.1g}.",
                    lambda m: m.ending(1) > 10 * m.ending(0),
                ),
            ),
            after=FORMULAS,
            slide=Slide(1, "momentum"),
        ),
        Card(
            key="too-much",
            claim="More momentum than the best makes it swing about the minimum for longer.",
            words="[One](1) has nearly the best momentum for this ravine, [the other](2) far more, "
            "at the same learning rate.",
            more="A heavier ball is slower to stop, too.",
            race=LONG + NEARLY + "&lane=momentum(lr=3.2,momentum=0.95)&stop=150",
            holds=lambda m: 2 * m.settles(0, NEAR) < m.settles(1, NEAR) < 1000,
            guess=Choice(
                "Which comes to rest at the minimum first?",
                (
                    Answer(
                        "the one with less momentum",
                        lambda m: m.settles(0, NEAR) < m.settles(1, NEAR),
                    ),
                    Answer(
                        "the one with more momentum",
                        lambda m: m.settles(0, NEAR) > m.settles(1, NEAR),
                    ),
                    Answer(
                        "both at the same step",
                        lambda m: m.settles(0, NEAR) == m.settles(1, NEAR),
                    ),
                ),
            ),
            result="With less momentum it stays within 0.001 of the minimum after "
            "{settles[0, 0.001]:.0f} steps, with more after {settles[1, 0.001]:.0f}.",
            why=Why(
                "What keeps the second one swinging?",
                (
                    Reason("It forgets its speed slowly, and so turns late"),
                    Reason("Its learning rate is larger", "Both have the same learning rate."),
                    Reason(
                        "The ravine pulls harder on it",
                        "The slope at a place is the same for both.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "A ravine ten times as long",
                    "surface=ravine(lambda1=0.001)&start=1,1&steps=1000"
                    + NEARLY
                    + "&lane=momentum(lr=3.2,momentum=0.95)",
                    "Now the one with more momentum comes to rest first, after "
                    "{settles[1, 0.001]:.0f} steps; the other takes {settles[0, 0.001]:.0f}.",
                    lambda m: m.settles(1, NEAR) < m.settles(0, NEAR),
                ),
                Try(
                    "Too little momentum",
                    LONG + "&lane=momentum(lr=3.2,momentum=0.5)"
                    "&lane=momentum(lr=3.2,momentum=0.95)",
                    "With too little the learning rate is too large for it: it goes up the walls "
                    "and diverges at step {diverged_at[0]:.0f}.",
                    lambda m: m.diverged_at(0) < 1000,
                ),
            ),
            slide=Slide(1, "momentum"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="[Momentum](1) has its usual 0.9 here, and its learning rate is too small for "
            "this ravine. Find better ones.",
            race="surface=ravine&start=1,1&steps=200&lane=momentum(lr=0.5,momentum=0.9)",
            goal=Goal(
                "Bring Momentum within 0.001 of the minimum in 70 steps, to stay there.",
                lambda m: m.method(0) == "momentum" and m.settles(0, NEAR) <= 70,
                (
                    "Look whether it swings along the floor: then it has too much momentum.",
                    "The second card gives both settings from the two curvatures, 0.01 and 1.",
                    "They are 3.306 and 0.669; a little less of a rate will do.",
                ),
                "surface=ravine&start=1,1&steps=200" + NEARLY,
            ),
        ),
    ),
    sources=(FORMULAS, OPTIMIZERS["momentum"].paper),
    not_shown="The best settings are known because the surface is a quadratic whose curvatures "
    "are given; elsewhere one has to try.",
)
