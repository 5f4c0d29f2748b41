"""The edge of stability: where the curvature meets what the learning rate allows."""

from experiment.told import Measured
from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from lessons.papers import COHEN
from optimizers.sources import OTHERS, Paper, Passage

SHARPNESS = Passage(COHEN, "figure 1")

VALLEY = "surface=product&start=4,0.2&steps=100"
FLAT = "surface=product&start=1.5,0.3&steps=100"
SQUARED = (
    "surface=formula&formula=(x%5E2*y%5E2-1)%5E2/4&domain=-0.5,4.5,-0.5,4.5&start=3.2,0.33"
    "&steps=1000&curve=sharpness&curve_scale=linear"
)
RATES = "&lane=sgd(lr=0.05)&lane=sgd(lr=0.15)&curve=sharpness&curve_scale=linear"
END = 1000


def _flattened(m: Measured, i: int = 0) -> float:
    """The curvature at the end, in parts of that at the start."""
    return m.sharpness_at(i, END) / m.sharpness_at(i, 0)


def _swings(m: Measured) -> bool:
    return m.largest(0) > 2 * m.loss_at(0, 0)


def _at_limit(m: Measured) -> float:
    """The curvature at the end, in parts of 2 divided by the learning rate, 0.1."""
    return m.sharpness_at(0, END) / 20


LESSON = Lesson(
    key="edge_of_stability",
    place=20,
    title="The edge of stability",
    about="What SGD does where the surface is too curved for its rate, but flatter elsewhere.",
    cards=(
        Card(
            key="slides-on",
            claim="Where the minimum is too sharp for its rate, SGD slides to a flatter one.",
            words="All points with xy = 1 are minima. [SGD](1) starts at that curve's sharp end, "
            "at a rate that allows a curvature L of 15.4.",
            more="The largest curvature there is above 16. On a plain bowl it would fly off.",
            math=(r"f(x, y) = \tfrac12 (1 - x y)^2, \quad \alpha < 2 / L",),
            race=VALLEY + "&lane=sgd(lr=0.13)&stop=60",
            holds=lambda m: (
                m.sharpness_at(0, 0) > 15.7
                and m.sharpness_at(0, END) < 15.2
                and m.ending(0) < 1e-6
                and _swings(m)
            ),
            guess=Choice(
                "What becomes of SGD?",
                (
                    Answer("it flies off", lambda m: m.ending(0) > 1),
                    Answer(
                        "it rests at the sharp end",
                        lambda m: m.ending(0) <= 1 and m.sharpness_at(0, END) >= 15.4,
                    ),
                    Answer(
                        "it rests where it is flatter",
                        lambda m: m.ending(0) <= 1 and m.sharpness_at(0, END) < 15.4,
                    ),
                ),
            ),
            result="The loss swings up to {largest[0]:.2f}, and meanwhile the curvature falls "
            "from {sharpness_at[0, 0]:.2f} to {sharpness_at[0, 100]:.2f}. There it rests.",
            why=Why(
                "What moves it along the curve?",
                (
                    Reason("While it swings across, each swing also leads a little to the flat"),
                    Reason(
                        "The curve leads downhill",
                        "All its points have the same loss, zero.",
                    ),
                    Reason(
                        "The learning rate falls",
                        "It is 0.13 throughout.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "A rate of 0.1",
                    VALLEY + "&lane=sgd(lr=0.1)",
                    "It allows a curvature of 20, so SGD rests at the sharp end: "
                    "{sharpness_at[0, 100]:.2f}.",
                    lambda m: m.sharpness_at(0, END) > 15.7 and not _swings(m),
                ),
                Try(
                    "Start where it is flat",
                    FLAT + "&lane=sgd(lr=0.13)",
                    "The curvature is {sharpness_at[0, 0]:.1f} here. Nothing swings, and it rests "
                    "where it first arrives.",
                    lambda m: not _swings(m) and m.ending(0) < 1e-6,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="larger-rate-flatter",
            claim="From this sharp end, the larger rate ends at the flatter minimum.",
            words="[One](1) has a rate that is safe here. [The other's](2) is three times as "
            "large, and too large for this end of the curve.",
            more="The loss of both ends at zero.",
            race=VALLEY + RATES + "&stop=40",
            holds=lambda m: _flattened(m, 1) < 0.8 < _flattened(m, 0) and m.ending(1) < 1e-6,
            guess=Choice(
                "Which ends where the surface is flatter?",
                (
                    Answer("the small rate", lambda m: _flattened(m, 0) < 0.9 * _flattened(m, 1)),
                    Answer("the large rate", lambda m: _flattened(m, 1) < 0.9 * _flattened(m, 0)),
                    Answer(
                        "both alike",
                        lambda m: 0.9 <= _flattened(m, 0) / _flattened(m, 1) <= 1 / 0.9,
                    ),
                ),
            ),
            result="The small rate rests at a curvature of {sharpness_at[0, 100]:.1f}, the large "
            "one at {sharpness_at[1, 100]:.1f}.",
            why=Why(
                "Could the large rate have come to rest at the sharp end?",
                (
                    Reason("No: there each swing would be larger than the one before"),
                    Reason(
                        "Yes, with more steps",
                        "However many, a swing that grows does not end.",
                    ),
                    Reason(
                        "Yes, it only missed it by chance",
                        "Nothing is random here, and from beside it the same happens.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Start where it is flat",
                    FLAT + RATES,
                    "Both rates are safe here, and both rest at nearly the same curvature: "
                    "{sharpness_at[0, 100]:.2f} and {sharpness_at[1, 100]:.2f}.",
                    lambda m: 0.9 <= _flattened(m, 0) / _flattened(m, 1) <= 1 / 0.9,
                ),
                Try(
                    "A rate of 0.1 instead of 0.15",
                    VALLEY + RATES.replace("0.15", "0.1"),
                    "Twice the rate is still safe at the sharp end: {sharpness_at[0, 100]:.2f} "
                    "and {sharpness_at[1, 100]:.2f}.",
                    lambda m: 0.9 <= _flattened(m, 0) / _flattened(m, 1) <= 1 / 0.9,
                ),
            ),
            slide=Slide(1, "lr"),
        ),
        Card(
            key="at-the-edge",
            claim="On this surface SGD's curvature comes down to about 2 divided by its rate.",
            words="Here a swing leads back in before it grows large. [SGD](1) keeps swinging, and "
            "moves along the curve very slowly.",
            more="Its rate is 0.1, so 2 divided by it is 20.",
            math=(r"f(x, y) = \tfrac14 (x^2 y^2 - 1)^2",),
            race=SQUARED + "&lane=sgd(lr=0.1)&stop=1000",
            holds=lambda m: 23.5 < m.sharpness_at(0, 0) < 24.5 and 0.9 < _at_limit(m) < 1.1,
            guess=Choice(
                "The curvature is 24 at first. Where is it after 1,000 steps?",
                (
                    Answer("still near 24", lambda m: _at_limit(m) >= 1.1),
                    Answer("near 20", lambda m: 0.9 < _at_limit(m) < 1.1),
                    Answer("far below 20", lambda m: _at_limit(m) <= 0.9),
                ),
            ),
            result="It has come from {sharpness_at[0, 0]:.1f} to {sharpness_at[0, 1000]:.1f}.",
            why=Why(
                "Why does it stop near 20 and not go on?",
                (
                    Reason("Below it the swings die out, and with them what moves it"),
                    Reason("The curve ends there", "The curve goes on to flatter places."),
                    Reason("Its steps are used up", "With more steps it stays where it is."),
                ),
            ),
            tries=(
                Try(
                    "A rate of 0.12",
                    SQUARED + "&lane=sgd(lr=0.12)",
                    "2 divided by it is 16.7 now, and the curvature comes to "
                    "{sharpness_at[0, 1000]:.1f}.",
                    lambda m: 0.9 < m.sharpness_at(0, END) / (2 / 0.12) < 1.05,
                ),
                Try(
                    "A rate of 0.05",
                    SQUARED + "&lane=sgd(lr=0.05)",
                    "That would allow a curvature of 40. It rests at once, at "
                    "{sharpness_at[0, 1000]:.1f}, and has swung nowhere.",
                    lambda m: m.first_below(0, 1e-12) < 20,
                ),
            ),
            after=SHARPNESS,
            slide=Slide(0, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="[SGD](1) rests at the sharp end, where the curvature is 16. Bring it to a "
            "minimum that is flatter.",
            race=VALLEY + "&lane=sgd(lr=0.05)",
            goal=Goal(
                "Let SGD's loss end below 1e−6 where the largest curvature is below 11.",
                lambda m: (
                    m.method(0) == "sgd" and m.ending(0) < 1e-6 and m.sharpness_at(0, END) < 11
                ),
                (
                    "It stays at the sharp end because its rate is safe there.",
                    "Which rate allows a curvature of 13 and no more?",
                    "Try 0.15.",
                ),
                VALLEY + "&lane=sgd(lr=0.15)",
            ),
        ),
    ),
    sources=(
        SHARPNESS,
        Paper(
            ("Wang", OTHERS),
            2022,
            "Large Learning Rate Tames Homogeneity: Convergence and Balancing Effect",
            "https://arxiv.org/abs/2110.03677",
        ),
    ),
    not_shown="That training makes a network's curvature rise to this edge by itself, which "
    "Cohen et al. observe: here it only comes down to it.",
)
