"""Leaving a saddle: level ground from which one way leads down."""

from experiment.told import Measured
from lessons.lesson import Answer, Card, Choice, Flag, Goal, Lesson, Reason, Slide, Try, Why
from optimizers.sources import OTHERS, Paper, Passage

PLACE = "surface=formula&formula=x%5E2/2%2By%5E4/4-y%5E2/2&domain=-1.5,1.5,-1.5,1.5"
TURNED = PLACE.replace("formula&", "formula(rotate=45)&") + "&start=0.707,0.7072&steps=300"
START = PLACE + "&start=1,0.0001&steps=300"
RIDGE = PLACE + "&start=1,0&steps=400"
SGD = "&lane=sgd(lr=0.05)"
THREE = "&lane=sgd(lr=0.05)&lane=momentum(lr=0.05)&lane=adam(lr=0.05)"
OUT = -0.1  # the loss of who has left; at the saddle it is 0, at the minima -1/4


def _first(m: Measured) -> int:
    """Which lane leaves first."""
    return min(range(3), key=lambda i: m.first_below(i, OUT))


LESSON = Lesson(
    key="saddle",
    place=13,
    title="Leaving a saddle",
    about="Why a level place that is no minimum holds methods up, and what gets them away.",
    cards=(
        Card(
            key="slow-way-out",
            claim="SGD first goes to the saddle, and leaves it slowly.",
            words="At a saddle the ground is level, but one way leads down. [SGD](1) starts almost "
            "exactly above it.",
            more="Its steps are as long as the slope is steep, and around a saddle there is hardly "
            "any slope.",
            math=(r"f(x, y) = \tfrac12 x^2 + \tfrac14 y^4 - \tfrac12 y^2",),
            race=START + SGD + "&stop=100&future=0&panels=scene,map",
            holds=lambda m: (
                abs(m.at(0, 0, 100)) < 0.05
                and abs(m.at(0, 1, 100)) < 0.05
                and m.first_below(0, OUT) > 150
            ),
            guess=Flag("Where is SGD after 100 steps?", lane=0, step=100),
            result="It is at ({at[0, 0, 100]:.3f}, {at[0, 1, 100]:.3f}), next to the saddle at "
            "(0, 0). It is off only after {first_below[0, -0.1]:.0f} steps.",
            why=Why(
                "Why does it take so long there?",
                (
                    Reason("Its step is its rate times a slope that is nearly zero"),
                    Reason(
                        "The saddle pulls it back",
                        "Beside the saddle the slope leads away from it, though gently.",
                    ),
                    Reason("Its learning rate falls", "Its learning rate stays as it is."),
                ),
            ),
            tries=(
                Try(
                    "Start exactly above it",
                    RIDGE + SGD,
                    "Without any slope sideways it stays: at the end it is still at "
                    "({end_x[0]:.3f}, {end_y[0]:.3f}).",
                    lambda m: m.ending(0) > -0.001,
                ),
                Try(
                    "Start a little to the side",
                    PLACE + "&start=1,0.1&steps=300" + SGD,
                    "From y = 0.1 it is off after {first_below[0, -0.1]:.0f} steps.",
                    lambda m: m.first_below(0, OUT) < 60,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="who-leaves-first",
            claim="Here Adam leaves the saddle first, then momentum, then SGD.",
            words="All have the same learning rate. [Momentum](2) gathers speed; [Adam](3) divides "
            "each coordinate's slope by its usual size.",
            more="So for Adam a tiny slope sideways counts as much as a large one.",
            race=START + THREE + "&stop=200",
            holds=lambda m: (
                m.first_below(2, OUT) < m.first_below(1, OUT) / 2
                and m.first_below(1, OUT) < m.first_below(0, OUT) / 2
            ),
            guess=Choice(
                "Who leaves the saddle first?",
                (
                    Answer("SGD", lambda m: _first(m) == 0),
                    Answer("Momentum", lambda m: _first(m) == 1),
                    Answer("Adam", lambda m: _first(m) == 2),
                ),
            ),
            result="Adam is off after {first_below[2, -0.1]:.0f} steps, Momentum after "
            "{first_below[1, -0.1]:.0f}, SGD after {first_below[0, -0.1]:.0f}.",
            why=Why(
                "Why is Adam off so soon?",
                (
                    Reason("Its steps along y do not depend on how gentle the slope is"),
                    Reason(
                        "It sees that the ground curves down",
                        "It is given slopes only, as the others are.",
                    ),
                    Reason(
                        "It goes around the saddle by chance",
                        "Nothing is random in this race.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Turn the surface by 45°",
                    TURNED + THREE,
                    "Now Momentum is off after {first_below[1, -0.1]:.0f} steps, before Adam with "
                    "{first_below[2, -0.1]:.0f}: the way out is along no coordinate.",
                    lambda m: _first(m) == 1,
                ),
                Try(
                    "Give Adam a hundredth of the rate",
                    START + "&lane=sgd(lr=0.05)&lane=momentum(lr=0.05)&lane=adam(lr=0.0005)",
                    "Its steps are as long as its rate, so Adam is still at {ending[2]:.2f} when "
                    "the race ends; Momentum is off first.",
                    lambda m: _first(m) == 1,
                ),
            ),
            slide=Slide(1, "momentum"),
        ),
        Card(
            key="noise-helps",
            claim="From exactly above the saddle, a little noise is what gets SGD away.",
            words="This [SGD](1) starts where nothing leads sideways. But its gradients are noisy, "
            "as those of mini-batches are.",
            more="Whichever side the noise pushes it to, from there the slope leads on.",
            race=RIDGE + "&noise=0.1" + SGD + "&stop=150",
            holds=lambda m: m.first_below(0, OUT) < 150,
            guess=Choice(
                "What becomes of SGD with a little noise?",
                (
                    Answer("it stays at the saddle", lambda m: m.first_below(0, OUT) > 400),
                    Answer("it leaves late", lambda m: 150 <= m.first_below(0, OUT) <= 400),
                    Answer("it leaves soon", lambda m: m.first_below(0, OUT) < 150),
                ),
            ),
            result="It is off after {first_below[0, -0.1]:.0f} steps; without noise it would "
            "never be.",
            why=Why(
                "What does the noise do for SGD?",
                (
                    Reason("It pushes it off the line from which nothing leads sideways"),
                    Reason(
                        "It shows SGD the way down", "It pushes to either side, by chance alone."
                    ),
                    Reason("It makes all steps longer", "It makes some longer and some shorter."),
                ),
            ),
            tries=(
                Try(
                    "No noise",
                    RIDGE + SGD,
                    "It stops at the saddle, at ({end_x[0]:.3f}, {end_y[0]:.3f}).",
                    lambda m: m.ending(0) > -0.001,
                ),
                Try(
                    "A thousand times less noise",
                    RIDGE + "&noise=0.0001" + SGD,
                    "It leaves too, but only after {first_below[0, -0.1]:.0f} steps.",
                    lambda m: 150 <= m.first_below(0, OUT) < 400,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="At this learning rate [Momentum](1) takes long to get off the saddle. Change "
            "its settings, not the method.",
            race=PLACE + "&start=1,0.0001&steps=100&lane=momentum(lr=0.05)",
            goal=Goal(
                "Bring Momentum's loss below −0.1 within 30 steps.",
                lambda m: m.method(0) == "momentum" and m.first_below(0, OUT) <= 30,
                (
                    "What sets how far it goes for a given slope?",
                    "Across the saddle the surface is a bowl of curvature 1: rates far larger "
                    "than 0.05 are stable.",
                    "Try a learning rate five times as large.",
                ),
                PLACE + "&start=1,0.0001&steps=100&lane=momentum(lr=0.25)",
            ),
        ),
    ),
    sources=(
        Paper(
            ("Du", OTHERS),
            2017,
            "Gradient Descent Can Take Exponential Time to Escape Saddle Points",
            "https://arxiv.org/abs/1705.10412",
        ),
        Passage(
            Paper(
                ("Jin", OTHERS),
                2017,
                "How to Escape Saddle Points Efficiently",
                "https://arxiv.org/abs/1703.00887",
            ),
            "Algorithm 1",
        ),
    ),
    not_shown="In many dimensions a saddle has more ways down, and a start so exactly above it is "
    "unlikely; this shows how each method leaves, not how often it gets stuck.",
)
