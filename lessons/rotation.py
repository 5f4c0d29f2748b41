"""Turned and scaled surfaces: what Adam depends on, and SGD does not, and the other way round."""

from experiment.told import NEVER, Measured
from lessons.lesson import Answer, Card, Choice, Flag, Goal, Lesson, Reason, Slide, Try, Why
from optimizers import OPTIMIZERS
from optimizers.sources import OTHERS, Paper, Passage

FIRST = "surface=quadratic&steps=60"
TURNED = "surface=quadratic(condition=100,rotate=45)&steps=800"
TWO = "&lane=sgd(lr=0.01)&lane=adam(lr=0.05)"
LOUD = "surface=quadratic(scale_loss=1000)&steps=300"
RATED = "&lane=sgd(lr=0.05)&lane=adam(lr=0.05)"
NEAR = 1e-3


def _moved(m: Measured) -> tuple[float, float]:
    """How far the first step led along x and along y."""
    return m.moved(0, 0, 1), m.moved(0, 1, 1)


def _is_diagonal(m: Measured) -> bool:
    x, y = _moved(m)
    return 0.99 < x / y < 1.01


def _flew(m: Measured, i: int) -> bool:
    return m.diverged_at(i) < NEVER


LESSON = Lesson(
    key="rotation",
    place=14,
    title="Turned and scaled",
    about="Adam does not mind how large the loss is, but which way the axes point.",
    cards=(
        Card(
            key="first-step",
            claim="Adam's first step is as long along y as along x, however the slopes differ.",
            words="The bowl is far steeper along y than along x. [Adam](1) has a learning rate of "
            "0.5.",
            more="It divides each coordinate's slope by that slope's own usual size, which at "
            "first is the slope itself.",
            math=(r"\frac{\hat m_1}{\sqrt{\hat v_1}} = \frac{g_1}{|g_1|} = \pm 1",),
            race=FIRST + "&lane=adam(lr=0.5)&stop=1&future=0&panels=map",
            holds=_is_diagonal,
            guess=Flag("Where is Adam after its first step?", lane=0, step=1),
            result="It is at ({at[0, 0, 1]:.2f}, {at[0, 1, 1]:.2f}): one learning rate along each "
            "axis.",
            why=Why(
                "Why does the steeper slope not lead to a longer step?",
                (
                    Reason("Each slope is divided by its own size, so only its sign is left"),
                    Reason(
                        "Adam cuts off long steps",
                        "It cuts nothing off: a gentle slope's step is made longer, too.",
                    ),
                    Reason(
                        "Both slopes are averaged",
                        "Each coordinate has averages of its own.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "SGD",
                    FIRST + "&lane=sgd(lr=0.03)",
                    "SGD goes where the slope is steepest: it is at ({at[0, 0, 1]:.2f}, "
                    "{at[0, 1, 1]:.2f}), hardly moved along x.",
                    lambda m: not _is_diagonal(m),
                ),
                Try(
                    "A large ε",
                    FIRST + "&lane=adam(lr=0.5,eps=10)",
                    "ε is added to what is divided by, so a gentle slope counts less: it is at "
                    "({at[0, 0, 1]:.2f}, {at[0, 1, 1]:.2f}).",
                    lambda m: not _is_diagonal(m),
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="turned",
            claim="On a bowl turned by 45°, Adam arrives later than SGD.",
            words="This long bowl lies askew. Upright, [Adam](2) would be far ahead of [SGD](1) at "
            "these learning rates.",
            more="SGD's path turns with the surface. Adam's does not: it treats each coordinate by "
            "itself.",
            race=TURNED + TWO + "&stop=400",
            holds=lambda m: m.first_below(0, NEAR) < 0.8 * m.first_below(1, NEAR) < 800,
            guess=Choice(
                "Who is first below 0.001 on the turned bowl?",
                (
                    Answer("SGD", lambda m: m.first_below(0, NEAR) < m.first_below(1, NEAR)),
                    Answer("Adam", lambda m: m.first_below(0, NEAR) > m.first_below(1, NEAR)),
                    Answer(
                        "both at once", lambda m: m.first_below(0, NEAR) == m.first_below(1, NEAR)
                    ),
                ),
            ),
            result="SGD takes {first_below[0, 1e-3]:.0f} steps, Adam {first_below[1, 1e-3]:.0f}.",
            why=Why(
                "Why does turning the bowl cost Adam its lead?",
                (
                    Reason("Along each axis it now sees steep and gentle mixed together"),
                    Reason(
                        "The bowl has become steeper",
                        "It is the same bowl: SGD takes as many steps as upright.",
                    ),
                    Reason(
                        "Adam starts further away",
                        "The start was turned with the bowl, so the distance is the same.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Set it upright",
                    TURNED.replace("rotate=45", "rotate=0") + TWO,
                    "Adam takes {first_below[1, 1e-3]:.0f} steps now; SGD takes "
                    "{first_below[0, 1e-3]:.0f}, as before.",
                    lambda m: m.first_below(1, NEAR) < m.first_below(0, NEAR),
                ),
                Try(
                    "Turn a much rounder bowl",
                    TURNED.replace("condition=100", "condition=2") + TWO,
                    "Where no direction is much steeper, turning matters little: Adam is first "
                    "with {first_below[1, 1e-3]:.0f} steps, SGD takes {first_below[0, 1e-3]:.0f}.",
                    lambda m: m.first_below(1, NEAR) < m.first_below(0, NEAR),
                ),
            ),
            slide=Slide(1, "lr"),
        ),
        Card(
            key="scaled",
            claim="Multiply the loss by a thousand: SGD flies off, Adam still arrives.",
            words="Everything about this bowl is as it was, but every loss, and so every slope, is "
            "a thousand times as large.",
            more="As if it were counted in grams instead of kilograms.",
            race=LOUD + RATED + "&stop=110",
            holds=lambda m: _flew(m, 0) and m.distance(1) < 0.001,
            guess=Choice(
                "Which of the two still arrives?",
                (
                    Answer("only SGD", lambda m: _flew(m, 1) and not _flew(m, 0)),
                    Answer("only Adam", lambda m: _flew(m, 0) and not _flew(m, 1)),
                    Answer("both", lambda m: not _flew(m, 0) and not _flew(m, 1)),
                ),
            ),
            result="SGD diverges at step {diverged_at[0]:.0f}; Adam ends {distance[1]:.1g} from "
            "the minimum.",
            why=Why(
                "Why does Adam not notice?",
                (
                    Reason("m and √v both grow a thousandfold, and it divides one by the other"),
                    Reason(
                        "Its learning rate adapts to the loss",
                        "It is never told the loss, and its rate stays 0.05.",
                    ),
                    Reason(
                        "It cuts off large gradients",
                        "It takes them whole; only their ratio to √v counts.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Multiply by 1",
                    LOUD.replace("1000", "1") + RATED,
                    "Both arrive: SGD ends {distance[0]:.1g} from the minimum, Adam "
                    "{distance[1]:.1g}.",
                    lambda m: m.distance(0) < 0.001 and m.distance(1) < 0.001,
                ),
                Try(
                    "Multiply by 0.001",
                    LOUD.replace("1000", "0.001") + RATED,
                    "Now SGD hardly moves, and is {distance[0]:.2f} away at the end; Adam is "
                    "there.",
                    lambda m: not _flew(m, 0) and m.distance(0) > 1 and m.distance(1) < 0.001,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="On the turned bowl [Adam](1) takes long. Which method does not mind how it is "
            "turned, and is quicker too?",
            race=TURNED + "&lane=adam(lr=0.05)",
            goal=Goal(
                "Bring a loss below 0.001 within 100 steps. You may change the method.",
                lambda m: m.first_below(0, NEAR) <= 100,
                (
                    "SGD does not mind the turn, but it is slow along the bowl.",
                    "What speeds SGD up along a valley?",
                    "Try Nesterov with a learning rate of 0.01.",
                ),
                TURNED + "&lane=nesterov(lr=0.01)",
            ),
        ),
    ),
    sources=(
        Paper(
            ("Zhang", OTHERS),
            2025,
            "Understanding Adam Requires Better Rotation Dependent Assumptions",
            "https://arxiv.org/abs/2410.19964",
        ),
        Passage(OPTIMIZERS["adam"].paper, "section 2.1"),
    ),
    not_shown="Whether the axes of a network's weights suit Adam: there it is often the better "
    "method, and this bowl does not say why.",
)
