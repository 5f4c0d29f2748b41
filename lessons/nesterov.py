"""Nesterov's momentum and heavy ball: how they differ, and a bowl on which one never arrives."""

from experiment.told import Measured
from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from optimizers import OPTIMIZERS
from optimizers.sources import Paper, Passage

LESSARD = Passage(
    Paper(
        ("Lessard", "Recht", "Packard"),
        2016,
        "Analysis and Design of Optimization Algorithms via Integral Quadratic Constraints",
        "https://arxiv.org/abs/1408.3595",
    ),
    "equation (4.11)",
)

VALLEY = "surface=quadratic(condition=100)&steps=300"
BOWL = "surface=quadratic&steps=100"
KINKED = (
    "surface=formula&formula=25/2*x%5E2-12*relu(x-1)%5E2%2B12*relu(x-2)%5E2%2By%5E2/2"
    "&domain=-4,4,-1,1"
)
START = KINKED + "&start=3.3,0&steps=100"
TUNED = "&lane=momentum(lr=0.1111,momentum=0.4444)"


def _arrives(m: Measured) -> bool:
    return m.ending(0) < 1e-6


def _cycles(m: Measured) -> bool:
    """Whether it comes back to where it was three steps before, and not sooner."""
    last, before, third = m.at(0, 0, 100), m.at(0, 0, 99), m.at(0, 0, 97)
    return abs(last - third) < 1e-6 and abs(last - before) > 0.5


LESSON = Lesson(
    key="nesterov",
    place=12,
    title="Nesterov and the heavy ball",
    about="What looking ahead changes, and a bowl in which a heavy ball never comes to rest.",
    cards=(
        Card(
            key="looking-ahead",
            claim="At these equal settings Nesterov swings less than heavy ball, and arrives "
            "sooner.",
            words="[Momentum](2) adds a share of its past to each step. [Nesterov](1) acts as if "
            "it had already gone on, and turns sooner.",
            more="So its swings across the valley die out at once.",
            race=VALLEY + "&lane=nesterov(lr=0.01)&lane=momentum(lr=0.01)&stop=100",
            holds=lambda m: m.first_below(0, 1e-6) < 0.7 * m.first_below(1, 1e-6) < 200,
            guess=Choice(
                "Who is first below 1e−6?",
                (
                    Answer("Nesterov", lambda m: m.first_below(0, 1e-6) < m.first_below(1, 1e-6)),
                    Answer("Momentum", lambda m: m.first_below(0, 1e-6) > m.first_below(1, 1e-6)),
                    Answer(
                        "both alike", lambda m: m.first_below(0, 1e-6) == m.first_below(1, 1e-6)
                    ),
                ),
            ),
            result="Nesterov is there after {first_below[0, 1e-6]:.0f} steps, Momentum after "
            "{first_below[1, 1e-6]:.0f}.",
            why=Why(
                "What does Momentum lose its time with?",
                (
                    Reason("With swinging across the valley"),
                    Reason(
                        "With smaller steps along the floor",
                        "Along the floor both are nearly alike.",
                    ),
                    Reason("With a smaller learning rate", "Both have the same."),
                ),
            ),
            tries=(
                Try(
                    "Less momentum, 0.5, for both",
                    VALLEY + "&lane=nesterov(lr=0.01,momentum=0.5)&lane=momentum(lr=0.01,"
                    "momentum=0.5)",
                    "Neither swings now, and they are alike: below 0.001 after "
                    "{first_below[0, 1e-3]:.0f} and {first_below[1, 1e-3]:.0f} steps.",
                    lambda m: abs(m.first_below(0, 1e-3) - m.first_below(1, 1e-3)) < 10,
                ),
                Try(
                    "A rate of 0.015 for both",
                    VALLEY + "&lane=nesterov(lr=0.015)&lane=momentum(lr=0.015)",
                    "That is above Nesterov's limit: it diverges at step {diverged_at[0]:.0f}, "
                    "while Momentum arrives.",
                    lambda m: m.diverged_at(0) < 300 and m.first_below(1, 1e-6) < 300,
                ),
            ),
            slide=Slide(1, "momentum"),
        ),
        Card(
            key="tuned-for-quadratics",
            claim="On a quadratic with curvatures 1 and 25, heavy ball tuned for them soon "
            "arrives.",
            words="These are the best settings there are for a bowl whose curvature is 1 one way "
            "and 25 the other.",
            more="They are proved best for quadratics: surfaces whose curvature is the same "
            "everywhere.",
            math=(
                r"\alpha = \left(\frac{2}{\sqrt{1} + \sqrt{25}}\right)^2 = \tfrac{1}{9}, \quad "
                r"\mu = \left(\frac{\sqrt{25} - \sqrt{1}}{\sqrt{25} + \sqrt{1}}\right)^2 = "
                r"\tfrac{4}{9}",
            ),
            race=BOWL + TUNED + "&stop=40",
            holds=lambda m: m.first_below(0, 1e-6) < 60 and _arrives(m),
            guess=Choice(
                "What becomes of it?",
                (
                    Answer("it arrives", _arrives),
                    Answer("it flies off", lambda m: m.ending(0) > m.loss_at(0, 0)),
                    Answer(
                        "it swings for ever",
                        lambda m: 1e-6 <= m.ending(0) <= m.loss_at(0, 0),
                    ),
                ),
            ),
            result="It is below 1e−6 after {first_below[0, 1e-6]:.0f} steps.",
            why=Why(
                "What do these settings rest on?",
                (
                    Reason("On the smallest and the largest curvature of this bowl"),
                    Reason("On the start", "From elsewhere on this bowl they are as good."),
                    Reason("On trying many settings", "They come from a formula, which is proved."),
                ),
            ),
            tries=(
                Try(
                    "Another bowl, with curvatures between 1 and 25",
                    START + TUNED,
                    "This bowl is as steep, but its curvature changes on the way: it is still at "
                    "{ending[0]:.0f} at the end.",
                    lambda m: m.ending(0) > 1,
                ),
                Try(
                    "A steeper quadratic",
                    "surface=quadratic(condition=40)&steps=100" + TUNED,
                    "It diverges at step {diverged_at[0]:.0f}: settings for one bowl are none for "
                    "a steeper one.",
                    lambda m: m.diverged_at(0) < 100,
                ),
            ),
            slide=Slide(0, "momentum"),
        ),
        Card(
            key="the-cycle",
            claim="On this bowl the same heavy ball goes round three points for ever.",
            words="The slope is 25x left of 1 and 25x − 24 right of 2; between them it hardly "
            "grows. Everywhere it leads down to 0.",
            more="The bowl has no bump and no second minimum. Only the curvature changes: 25, 1, "
            "25.",
            race=START + TUNED + "&stop=60",
            holds=_cycles,
            guess=Choice(
                "What becomes of heavy ball here?",
                (
                    Answer("it arrives", _arrives),
                    Answer("it flies off", lambda m: m.ending(0) > 10 * m.loss_at(0, 0)),
                    Answer("it goes round in a cycle", _cycles),
                ),
            ),
            result="It goes round x = {at[0, 0, 98]:.2f}, {at[0, 0, 99]:.2f} and "
            "{at[0, 0, 100]:.2f}, again and again.",
            why=Why(
                "How can that be, downhill all the way?",
                (
                    Reason("What it gains on one side just carries it up the other, each time"),
                    Reason(
                        "It has found another minimum",
                        "There is none: at a minimum it would come to rest.",
                    ),
                    Reason(
                        "The formula makes a mistake at the kinks",
                        "The slope is the same on both sides of them; only its change differs.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Nesterov, with a rate of 1/L",
                    START + "&lane=nesterov(lr=0.04,momentum=0.6667)",
                    "It is at the minimum after {first_below[0, 1e-6]:.0f} steps.",
                    _arrives,
                ),
                Try(
                    "Start at 2.5",
                    KINKED + "&start=2.5,0&steps=100" + TUNED,
                    "From here the same heavy ball does arrive, after {first_below[0, 1e-6]:.0f} "
                    "steps: it depends on the start.",
                    _arrives,
                ),
            ),
            after=LESSARD,
            slide=Slide(0, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="[Momentum](1) need not go round for ever on this bowl. Break the cycle by its "
            "settings.",
            race=START + TUNED,
            goal=Goal(
                "Bring Momentum's loss below 1e−6 within these 100 steps.",
                lambda m: m.method(0) == "momentum" and _arrives(m),
                (
                    "In a cycle it gains as much as it loses. Take something away from it.",
                    "With shorter steps it cannot jump across both kinks.",
                    "Try a rate of 0.06.",
                ),
                START + "&lane=momentum(lr=0.06,momentum=0.4444)",
            ),
        ),
    ),
    sources=(
        LESSARD,
        OPTIMIZERS["nesterov"].paper,
    ),
    not_shown="One bowl on which heavy ball cycles does not make it worse in general; on many "
    "surfaces it arrives as Nesterov does.",
)
