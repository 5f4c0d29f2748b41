"""Methods that keep only signs: their steps do not shrink by themselves."""

from experiment.told import Measured
from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from optimizers import OPTIMIZERS
from optimizers.sources import Passage

BOWL = "surface=quadratic&start=-2.02,1.03&steps=300"
ROOF = "surface=formula&formula=abs(x)%2Babs(y)&domain=-2.5,2.5,-2.5,2.5&start=-2.02,1.03&steps=300"
TWO = "&lane=lion(lr=0.05)&lane=lion(lr=0.05,schedule=cosine)"
SIGN_AND_SGD = "&lane=signsgd(lr=0.05)&lane=sgd(lr=0.05)"
RESTS = 1e-4


def _rests(m: Measured, i: int) -> bool:
    return m.highest_of_last(i, 20) < RESTS


LESSON = Lesson(
    key="sign_methods",
    place=15,
    title="Sign methods need a schedule",
    about="Lion and signSGD keep only the signs of what they are given, and so never slow down.",
    cards=(
        Card(
            key="never-rests",
            claim="At a constant rate Lion does not come to rest: it swings about the minimum.",
            words="[Lion](1) averages gradients and then keeps only the sign of each coordinate: "
            "left or right, up or down.",
            more="So every step is one learning rate long along each axis, on a wall as at the "
            "bottom.",
            math=(r"\theta_t = \theta_{t-1} - \alpha\, \mathrm{sign}(c_t)",),
            race=BOWL + "&lane=lion(lr=0.05)&stop=200",
            holds=lambda m: 1e-3 < m.highest_of_last(0, 50) < 0.5,
            guess=Choice(
                "What does Lion do once it is near the minimum?",
                (
                    Answer("it comes to rest", lambda m: m.highest_of_last(0, 50) <= 1e-3),
                    Answer("it swings about it", lambda m: 1e-3 < m.highest_of_last(0, 50) < 0.5),
                    Answer("it flies off", lambda m: m.highest_of_last(0, 50) >= 0.5),
                ),
            ),
            result="In its last 50 steps the loss still rises to {highest_of_last[0, 50]:.2g}; "
            "even its shortest step is {shortest_step[0]:.3f} long, as its first was.",
            why=Why(
                "Why does it not slow down on its own?",
                (
                    Reason("A sign is as large for a tiny slope as for a steep one"),
                    Reason(
                        "Momentum carries it past",
                        "signSGD has no momentum and swings all the same.",
                    ),
                    Reason(
                        "The bowl is too steep for its rate",
                        "Then it would fly off; it stays near.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Let the rate fall along a cosine",
                    BOWL + "&lane=lion(lr=0.05,schedule=cosine)",
                    "With shorter and shorter steps it comes to rest: in the last 50 the loss is "
                    "at most {highest_of_last[0, 50]:.1g}.",
                    lambda m: m.highest_of_last(0, 50) <= 1e-3,
                ),
                Try(
                    "SGD",
                    BOWL + "&lane=sgd(lr=0.05)",
                    "SGD comes to rest at the same constant rate: in the last 50 steps the loss "
                    "is at most {highest_of_last[0, 50]:.1g}.",
                    lambda m: m.highest_of_last(0, 50) <= 1e-3,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="cosine",
            claim="A rate that falls to zero ends far lower than the same rate held constant.",
            words="[One Lion](1) keeps its learning rate. [The other's](2) falls along half a "
            "cosine towards zero as the race ends.",
            more="Early they are alike; late, one still takes full steps.",
            race=BOWL + TWO + "&stop=250",
            holds=lambda m: m.mean_of_last(1, 20) < 0.01 * m.mean_of_last(0, 20),
            guess=Choice(
                "At the end, whose loss is lower?",
                (
                    Answer(
                        "the constant rate's",
                        lambda m: m.mean_of_last(0, 20) < 0.5 * m.mean_of_last(1, 20),
                    ),
                    Answer(
                        "both about the same",
                        lambda m: 0.5 <= m.mean_of_last(0, 20) / m.mean_of_last(1, 20) <= 2,
                    ),
                    Answer(
                        "the falling rate's",
                        lambda m: m.mean_of_last(0, 20) > 2 * m.mean_of_last(1, 20),
                    ),
                ),
            ),
            result="Over the last 20 steps the constant rate has a mean loss of "
            "{mean_of_last[0, 20]:.2g}, the falling one {mean_of_last[1, 20]:.1g}.",
            why=Why(
                "Would a small constant rate not do as well?",
                (
                    Reason("It would swing less, but take far longer to arrive"),
                    Reason(
                        "It would swing as much",
                        "Its swings are as long as its rate, so they would be smaller.",
                    ),
                    Reason(
                        "It would not move at all",
                        "It moves by one rate a step, however small.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "A tenth of the rate for both",
                    BOWL + "&lane=lion(lr=0.005)&lane=lion(lr=0.005,schedule=cosine)",
                    "Neither arrives, and now the falling rate is behind: {ending[1]:.1f} against "
                    "{ending[0]:.1f}.",
                    lambda m: m.ending(0) < m.ending(1),
                ),
                Try(
                    "Stop after 60 steps",
                    BOWL.replace("300", "60") + TWO,
                    "In so short a race the falling rate does not get there: it ends at "
                    "{ending[1]:.2g}, the constant one at {ending[0]:.2g}.",
                    lambda m: m.ending(0) < m.ending(1),
                ),
            ),
            slide=Slide(1, "lr"),
        ),
        Card(
            key="sgd-needs-none",
            claim="Without noise SGD comes to rest at a constant rate; signSGD does not.",
            words="[signSGD](1) and [SGD](2) have the same constant rate. SGD's steps are as long "
            "as the slope is steep.",
            more="Towards the minimum the slope falls to zero, and SGD's steps with it.",
            race=BOWL + SIGN_AND_SGD + "&stop=100&curve=step_length",
            holds=lambda m: _rests(m, 1) and not _rests(m, 0),
            guess=Choice(
                "How long is SGD's 100th step, beside signSGD's?",
                (
                    Answer(
                        "less than a tenth as long",
                        lambda m: m.step_length(1, 100) < 0.1 * m.step_length(0, 100),
                    ),
                    Answer(
                        "about as long",
                        lambda m: 0.1 <= m.step_length(1, 100) / m.step_length(0, 100) <= 10,
                    ),
                    Answer(
                        "over ten times as long",
                        lambda m: m.step_length(1, 100) > 10 * m.step_length(0, 100),
                    ),
                ),
            ),
            result="SGD's 100th step is {step_length[1, 100]:.1g} long, signSGD's "
            "{step_length[0, 100]:.2g}, as its first was.",
            why=Why(
                "What does SGD's step have that signSGD's has not?",
                (
                    Reason("The size of the slope"),
                    Reason("A smaller learning rate", "Both have 0.05."),
                    Reason(
                        "The direction of the slope",
                        "In each coordinate both go the way that leads down.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "A roof instead of a bowl",
                    ROOF + SIGN_AND_SGD,
                    "Here the slope stays the same down to the edge, and SGD swings as well: its "
                    "100th step is {step_length[1, 100]:.2g} long.",
                    lambda m: m.step_length(1, 100) > 0.01,
                ),
                Try(
                    "Noisy gradients",
                    BOWL + "&noise=1" + SIGN_AND_SGD,
                    "Noise is no smaller at the minimum, so SGD does not come to rest either: "
                    "over the last 20 steps its loss rises to {highest_of_last[1, 20]:.2g}.",
                    lambda m: not _rests(m, 1),
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="[Lion](1) swings about the minimum here. Give it a schedule, or find another "
            "way to bring it to rest.",
            race=BOWL + "&lane=lion(lr=0.05)",
            goal=Goal(
                "Bring Lion to rest: its loss below 0.0001 in all of the last 20 steps.",
                lambda m: m.method(0) == "lion" and _rests(m, 0),
                (
                    "Its steps are as long as its learning rate. What must the rate do?",
                    "It should be large at first and small at the end.",
                    "Choose the cosine schedule.",
                ),
                BOWL + "&lane=lion(lr=0.05,schedule=cosine)",
            ),
        ),
    ),
    sources=(
        Passage(OPTIMIZERS["signsgd"].paper, "Algorithm 1"),
        Passage(OPTIMIZERS["lion"].paper, "Algorithm 2"),
    ),
    not_shown="How well sign methods do on networks, where gradients are noisy and rates are "
    "usually made to fall.",
)
