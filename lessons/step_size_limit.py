"""How large a learning rate may be: 2/L, and what momentum makes of it."""

from experiment.told import Measured
from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from lessons.papers import COHEN, GOH
from optimizers.sources import Passage

BOWL = "surface=quadratic&steps=200"
SHARPER = "surface=quadratic(condition=50)&steps=200"
BLUNTER = "surface=quadratic(condition=12.5)&steps=200"
SIDES = "&lane=sgd(lr=0.0792)&lane=sgd(lr=0.0808)"
RATES = "&lane=sgd(lr=0.04)&lane=sgd(lr=0.0769)&lane=sgd(lr=0.0792)"
NEAR = 1e-3


def _all_at(rate: str) -> str:
    return f"&lane=sgd(lr={rate})&lane=momentum(lr={rate})&lane=nesterov(lr={rate})"


def _grows(m: Measured, i: int) -> bool:
    return m.ending(i) > m.loss_at(i, 0)


def _diverging(m: Measured) -> list[int]:
    return [i for i in range(3) if _grows(m, i)]


def _first(m: Measured) -> int:
    return min(range(3), key=lambda i: m.first_below(i, NEAR))


LESSON = Lesson(
    key="step_size_limit",
    place=11,
    title="The largest step",
    about="Why a learning rate has a limit, 2/L, and where it lies for methods with momentum.",
    cards=(
        Card(
            key="two-over-l",
            claim="Just below 2/L SGD comes closer with each step, just above it flies off.",
            words="L is the largest curvature, here 25, so 2/L is 0.08. [One rate](1) is one per "
            "cent below it, [the other](2) one per cent above.",
            more="Across the valley each step multiplies the distance by 1 − αL.",
            math=(r"y_t = (1 - \alpha L)\, y_{t-1}",),
            race=BOWL + SIDES + "&stop=120",
            holds=lambda m: m.ending(0) < 0.01 and m.ending(1) > 1000,
            guess=Choice(
                "The rates differ by two per cent. How do the losses differ after 200 steps?",
                (
                    Answer("by a few per cent", lambda m: m.ending(1) < 2 * m.ending(0)),
                    Answer("ten times", lambda m: 2 <= m.ending(1) / m.ending(0) < 1000),
                    Answer("over a thousand times", lambda m: m.ending(1) / m.ending(0) >= 1000),
                ),
            ),
            result="From {loss_at[0, 0]:.1f} the loss has come to {ending[0]:.2g} with the smaller "
            "rate and to {ending[1]:.2g} with the larger.",
            why=Why(
                "Why does it turn at exactly 2/L?",
                (
                    Reason("There a step lands as far beyond the bottom as it began before it"),
                    Reason(
                        "Larger numbers are rounded",
                        "Rounding plays no part: the loss rises from the first steps on.",
                    ),
                    Reason(
                        "Along the valley it is too fast",
                        "Along the valley the limit is 25 times as high.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Half the curvature",
                    BLUNTER + SIDES,
                    "The limit is twice as high now, and both arrive: {ending[0]:.1g} and "
                    "{ending[1]:.1g}.",
                    lambda m: m.ending(0) < 0.01 and m.ending(1) < 0.01,
                ),
                Try(
                    "Twice the curvature",
                    SHARPER + SIDES,
                    "The limit is 0.04 now, and both fly off; the smaller rate diverges at step "
                    "{diverged_at[0]:.0f}.",
                    lambda m: _grows(m, 0) and _grows(m, 1),
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="best-below",
            claim="The best rate is neither half the limit nor just below it.",
            words="[One](1) has half the limit, [one](3) nearly all of it, and [one](2) a rate "
            "between them, 2 divided by the sum of both curvatures.",
            more="Half the limit is ideal across the valley, and slow along it.",
            math=(r"\alpha = \frac{2}{L + \lambda_1}",),
            race=BOWL + RATES + "&stop=100",
            holds=lambda m: (
                m.first_below(1, NEAR) < m.first_below(0, NEAR) < m.first_below(2, NEAR)
            ),
            guess=Choice(
                "Which rate is first below 0.001?",
                (
                    Answer("half the limit", lambda m: _first(m) == 0),
                    Answer("the one between", lambda m: _first(m) == 1),
                    Answer("nearly the limit", lambda m: _first(m) == 2),
                ),
            ),
            result="The one between needs {first_below[1, 1e-3]:.0f} steps, half the limit "
            "{first_below[0, 1e-3]:.0f}; nearly the limit is still at {ending[2]:.2g} at the end.",
            why=Why(
                "What holds up the one just below the limit?",
                (
                    Reason("It jumps from wall to wall, hardly nearer each time"),
                    Reason(
                        "It creeps along the valley",
                        "Along the valley it is the fastest of the three.",
                    ),
                    Reason("It has diverged", "Its loss falls, but slowly."),
                ),
            ),
            tries=(
                Try(
                    "Start on the valley's floor",
                    BOWL + "&start=-2,0" + RATES,
                    "With no wall to jump from, nearly the limit is first, after "
                    "{first_below[2, 1e-6]:.0f} steps to 1e−6; the one between takes "
                    "{first_below[1, 1e-6]:.0f}.",
                    lambda m: m.first_below(2, 1e-6) < m.first_below(1, 1e-6),
                ),
                Try(
                    "Start straight up the wall",
                    BOWL + "&start=0,1" + RATES,
                    "Half the limit is at the bottom after {first_below[0, 1e-3]:.0f} step.",
                    lambda m: _first(m) == 0,
                ),
            ),
            slide=Slide(1, "lr"),
        ),
        Card(
            key="with-momentum",
            claim="With momentum 0.9, Nesterov diverges at a rate at which SGD and heavy ball "
            "arrive.",
            words="All three have a rate of 0.06, below 2/L. [Momentum](2) and [Nesterov](3) keep "
            "nine tenths of what moves them.",
            more="Heavy ball's limit is nearly twice SGD's, Nesterov's only about two thirds of "
            "it.",
            math=(
                r"\text{heavy ball: } \frac{2(1 + \mu)}{L} \quad "
                r"\text{Nesterov: } \frac{2(1 + \mu)}{L(1 + 2\mu)}",
            ),
            race=BOWL + _all_at("0.06") + "&stop=60",
            holds=lambda m: _diverging(m) == [2] and m.ending(0) < NEAR and m.ending(1) < NEAR,
            guess=Choice(
                "One of them diverges. Which?",
                (
                    Answer("SGD", lambda m: 0 in _diverging(m)),
                    Answer("Momentum", lambda m: 1 in _diverging(m)),
                    Answer("Nesterov", lambda m: 2 in _diverging(m)),
                ),
            ),
            result="Nesterov diverges at step {diverged_at[2]:.0f}; SGD ends at {ending[0]:.1g}, "
            "Momentum at {ending[1]:.1g}.",
            why=Why(
                "What makes Nesterov's limit the lowest?",
                (
                    Reason("It takes the newest gradient at nearly double weight"),
                    Reason(
                        "It has more momentum",
                        "Both have the same momentum, 0.9.",
                    ),
                    Reason(
                        "It measures the slope with an error",
                        "All three are given the exact slope.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "A rate of 0.05",
                    BOWL + _all_at("0.05"),
                    "All three arrive, and Nesterov is first: below 0.001 after "
                    "{first_below[2, 1e-3]:.0f} steps.",
                    lambda m: not _diverging(m) and _first(m) == 2,
                ),
                Try(
                    "A rate of 0.1",
                    BOWL + _all_at("0.1"),
                    "Now SGD diverges as well, and only Momentum arrives, at {ending[1]:.1g}.",
                    lambda m: _diverging(m) == [0, 2],
                ),
            ),
            slide=Slide(2, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="This bowl is four times as steep across, and [SGD](1) flies off. Which "
            "learning rates bring it down?",
            race="surface=quadratic(condition=100)&steps=300&lane=sgd(lr=0.03)",
            goal=Goal(
                "Bring SGD's loss below 0.001 within these 300 steps.",
                lambda m: m.method(0) == "sgd" and m.ending(0) < NEAR,
                (
                    "The largest curvature is 100 here. What is 2/L?",
                    "It must be below 0.02. But far below, the valley is too long.",
                    "Try 0.018.",
                ),
                "surface=quadratic(condition=100)&steps=300&lane=sgd(lr=0.018)",
            ),
        ),
    ),
    sources=(Passage(GOH, "“Choosing A Step-size”"), COHEN),
    not_shown="On a surface that is no quadratic, curvature changes from place to place, and "
    "the limit with it.",
)
