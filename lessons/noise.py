"""Noisy gradients: where a constant rate ends, and what a falling one does."""

from experiment.told import Measured
from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from lessons.papers import BOTTOU
from optimizers.sources import Paper, Passage

BOWL = "surface=quadratic(condition=10)&steps=1000"
NOISY = BOWL + "&noise=1"
SHORT = NOISY.replace("1000", "20")
RATES = "&lane=sgd(lr=0.1)&lane=sgd(lr=0.025)"
FALLING = "&lane=sgd(lr=0.1)&lane=sgd(lr=0.1,schedule=cosine)"
SEEDS = 20


def _end(m: Measured, i: int) -> float:
    """The loss that half of the seeds end below; the minimum's is 0."""
    return m.median_excess(i, SEEDS)


def _ratio(m: Measured) -> float:
    return _end(m, 0) / _end(m, 1)


LESSON = Lesson(
    key="noise",
    place=17,
    title="Noise and schedules",
    about="Why noisy gradients keep SGD from the minimum, and how a falling rate gets it there.",
    cards=(
        Card(
            key="a-floor",
            claim="Under noise SGD at a constant rate comes near the minimum, and then no nearer.",
            words="At every step chance adds something to [SGD](1)'s gradient, as when each step "
            "sees only part of the data.",
            more="Far from the minimum the slope outweighs it. Near the minimum there is hardly "
            "any slope, and chance leads.",
            race=NOISY + "&lane=sgd(lr=0.1)&stop=500",
            holds=lambda m: 0.01 < _end(m, 0) < 0.5,
            guess=Choice(
                "What does SGD do after its first 100 steps?",
                (
                    Answer("it comes to rest", lambda m: _end(m, 0) <= 0.01),
                    Answer("it wanders near the minimum", lambda m: 0.01 < _end(m, 0) < 0.5),
                    Answer("it wanders far off", lambda m: _end(m, 0) >= 0.5),
                ),
            ),
            result="Its mean loss over the last 500 steps is {mean_of_last[0, 500]:.2g}. Of 20 "
            "such runs, half end above {median_excess[0, 20]:.2g}.",
            why=Why(
                "Why does it not come to rest, given time?",
                (
                    Reason("The noise pushes as hard at the minimum as anywhere"),
                    Reason(
                        "1,000 steps are too few",
                        "It is near after a few dozen, and no nearer after hundreds.",
                    ),
                    Reason(
                        "Its rate is too large for the bowl",
                        "Without noise it comes to rest at the same rate.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "No noise",
                    BOWL + "&lane=sgd(lr=0.1)",
                    "It comes to rest, at a loss of {ending[0]:.1g}.",
                    lambda m: _end(m, 0) <= 0.01,
                ),
                Try(
                    "A tenth of the noise",
                    BOWL + "&noise=0.1&lane=sgd(lr=0.1)",
                    "It comes nearer: half of 20 runs end below {median_excess[0, 20]:.1g}, a "
                    "hundredth of before.",
                    lambda m: _end(m, 0) <= 0.01,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="smaller-rate",
            claim="With a quarter of the rate, SGD ends several times lower under the same noise.",
            words="[One](1) has four times the learning rate of [the other](2). Each step's noise "
            "is multiplied by the rate as well.",
            more="So small steps average the noise out, and large ones follow it.",
            race=NOISY + RATES + "&stop=500",
            holds=lambda m: 2 < _ratio(m) < 50,
            guess=Choice(
                "How do they compare after 1,000 steps?",
                (
                    Answer("about the same", lambda m: 0.5 <= _ratio(m) <= 2),
                    Answer("the smaller rate ends lower", lambda m: _ratio(m) > 2),
                    Answer("the larger rate ends lower", lambda m: _ratio(m) < 0.5),
                ),
            ),
            result="Of 20 runs of each, half end below {median_excess[0, 20]:.2g} with the larger "
            "rate, and below {median_excess[1, 20]:.2g} with the smaller.",
            why=Why(
                "What does the smaller rate cost?",
                (
                    Reason("It takes longer to come near"),
                    Reason(
                        "It needs more gradients a step",
                        "Both ask for one gradient a step.",
                    ),
                    Reason(
                        "It stops short of the minimum",
                        "It comes nearer than the other, only later.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Stop after 20 steps",
                    SHORT + RATES,
                    "The smaller rate has not arrived: half of its runs are above "
                    "{median_excess[1, 20]:.2g}, of the larger's above {median_excess[0, 20]:.2g}.",
                    lambda m: _ratio(m) < 0.5,
                ),
                Try(
                    "No noise",
                    BOWL + RATES,
                    "Without noise nothing is gained by it: {ending[1]:.1g} against "
                    "{ending[0]:.1g}.",
                    lambda m: _ratio(m) < 0.5,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="falling-rate",
            claim="A rate that falls towards zero ends far lower than a constant one.",
            words="[One](1) keeps its rate. [The other's](2) starts equal and falls to zero along "
            "half a cosine: fast first, calm at the end.",
            more="So it has both: large steps while it is far, small ones when only noise is left.",
            race=NOISY + FALLING + "&stop=1000",
            holds=lambda m: _ratio(m) > 5,
            guess=Choice(
                "Which ends lower?",
                (
                    Answer("the constant rate", lambda m: _ratio(m) < 0.5),
                    Answer("neither, clearly", lambda m: 0.5 <= _ratio(m) <= 2),
                    Answer("the falling rate", lambda m: _ratio(m) > 2),
                ),
            ),
            result="Of 20 runs of each, half end below {median_excess[0, 20]:.2g} with the "
            "constant rate, and below {median_excess[1, 20]:.1g} with the falling one.",
            why=Why(
                "Why not a small rate from the start?",
                (
                    Reason("It would be slow while it is still far away"),
                    Reason(
                        "It would swing as much",
                        "The smaller the rate, the less it swings.",
                    ),
                    Reason("It would diverge", "Too large a rate does that, not a small one."),
                ),
            ),
            tries=(
                Try(
                    "Let it fall too soon",
                    NOISY + "&lane=sgd(lr=0.1)&lane=sgd(lr=0.1,schedule=step(step_size=10,"
                    "gamma=0.1))",
                    "A tenth of the rate after every 10 steps, and it stops on the way: half of "
                    "its runs end above {median_excess[1, 20]:.2g}.",
                    lambda m: _ratio(m) < 1,
                ),
                Try(
                    "No noise",
                    BOWL + FALLING,
                    "Without noise the constant rate ends lower, {ending[0]:.1g} against "
                    "{ending[1]:.1g}: there is nothing to calm.",
                    lambda m: _ratio(m) < 0.5,
                ),
            ),
            slide=Slide(1, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="[SGD](1) wanders about the minimum here. One lucky run does not count: 20 are "
            "run, and half of them must end low.",
            race=NOISY + "&lane=sgd(lr=0.1)",
            goal=Goal(
                "Bring the loss below 0.003 at the end of half of 20 runs.",
                lambda m: _end(m, 0) < 0.003,
                (
                    "What makes the noise count for less?",
                    "A small rate calms, and a large one arrives. A schedule has both.",
                    "Choose the cosine schedule, or 1/√t.",
                ),
                NOISY + "&lane=sgd(lr=0.1,schedule=cosine)",
            ),
        ),
    ),
    sources=(
        Paper(
            ("Robbins", "Monro"),
            1951,
            "A Stochastic Approximation Method",
            "https://doi.org/10.1214/aoms/1177729586",
        ),
        Passage(BOTTOU, "Theorem 4.6"),
        Passage(BOTTOU, "Theorem 4.7"),
    ),
    not_shown="The noise here is the same everywhere. That of mini-batches changes from place to "
    "place, and on a network it may help as well as hinder.",
)
