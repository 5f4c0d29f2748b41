"""Weight decay: an L2 penalty in the gradient, and a decay apart from it."""

from math import log

from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from optimizers import OPTIMIZERS
from optimizers.sources import Passage

LOSHCHILOV = OPTIMIZERS["adamw"].paper

LESSON = Lesson(
    key="weight_decay",
    place=3,
    title="Weight decay",
    about="Two ways to pull weights towards zero, which are one for SGD and two for Adam.",
    cards=(
        Card(
            key="sgd",
            claim="For SGD without momentum, an L2 penalty and a decay of the weights are one.",
            words="[SGD](1) adds λθ to the gradient. [SGDW](2) leaves the gradient alone and "
            "shrinks θ by the factor 1 − αλ.",
            more="λθ is the gradient of the penalty ½λ|θ|², called L2.",
            math=(
                r"\theta - \alpha (g + \lambda\theta) = (1 - \alpha\lambda)\, \theta - \alpha g",
            ),
            race="surface=booth&steps=400&lane=sgd(lr=0.01,weight_decay=1)"
            "&lane=sgdw(lr=0.01,weight_decay=1)&future=0",
            holds=lambda m: m.apart(0, 1) < 1e-9,
            guess=Choice(
                "Both have λ = 1. Who comes nearer to the minimum of the loss?",
                (
                    Answer("SGD", lambda m: m.distance(0) < 0.99 * m.distance(1)),
                    Answer("SGDW", lambda m: m.distance(1) < 0.99 * m.distance(0)),
                    Answer("both alike", lambda m: abs(m.distance(0) / m.distance(1) - 1) < 0.01),
                ),
            ),
            result="They are never further apart than rounding, {apart[0, 1]:.0e}, and end "
            "{distance[0]:.2f} from the minimum.",
            why=Why(
                "Why do they not reach the minimum?",
                (
                    Reason("They rest where the pull to zero balances the slope"),
                    Reason("They had too few steps", "They have come to rest."),
                    Reason("The learning rate is too large", "They do not swing."),
                ),
            ),
            tries=(
                Try(
                    "Give both momentum",
                    "surface=booth&steps=400&lane=momentum(lr=0.01,weight_decay=1)"
                    "&lane=sgdw(lr=0.01,momentum=0.9,weight_decay=1)",
                    "With momentum they part: {distance[0]:.2f} and {distance[1]:.2f} from the "
                    "minimum.",
                    lambda m: m.distance(0) > 2 * m.distance(1),
                ),
                Try(
                    "Adam and AdamW",
                    "surface=booth&steps=400&lane=adam(lr=0.05,weight_decay=1)"
                    "&lane=adamw(lr=0.05,weight_decay=1)",
                    "They part as well: {distance[0]:.2f} and {distance[1]:.2f} from the minimum.",
                    lambda m: m.distance(1) > 2 * m.distance(0),
                ),
            ),
            slide=Slide(0, "weight_decay"),
        ),
        Card(
            key="momentum",
            claim="Momentum multiplies an L2 penalty about tenfold, and a decay of the weights not "
            "at all.",
            words="The gradients alternate and cancel, so the weight decay alone moves the "
            "weights. [Momentum](1) has it in the gradient, [SGDW](2) apart.",
            more="Momentum 0.9 adds up gradients until they count about ten times.",
            math=(r"f_t(x, y) = \pm (10\,x + 0.1\,y) \text{ in turn}",),
            race="problem=alternating_gradients&lane=momentum(lr=0.001,weight_decay=0.1)"
            "&lane=sgdw(lr=0.001,momentum=0.9,weight_decay=0.1)&panels=map&future=0",
            holds=lambda m: 8 < log(m.end_y(0)) / log(m.end_y(1)) < 12,
            guess=Choice(
                "Both have λ = 0.1. Whose weights shrink more?",
                (
                    Answer("Momentum's", lambda m: m.end_y(0) < 0.9 * m.end_y(1)),
                    Answer("SGDW's", lambda m: m.end_y(1) < 0.9 * m.end_y(0)),
                    Answer("both alike", lambda m: abs(m.end_y(0) / m.end_y(1) - 1) <= 0.1),
                ),
            ),
            result="From (1, 1) Momentum's weights fall to ({end_x[0]:.2f}, {end_y[0]:.2f}), "
            "SGDW's to ({end_x[1]:.2f}, {end_y[1]:.2f}).",
            why=Why(
                "Where does the factor come from?",
                (
                    Reason("The penalty goes through the sum of past gradients"),
                    Reason("Momentum's learning rate is larger", "Both have 0.001."),
                    Reason("SGDW has no momentum", "It has, but its decay does not go through it."),
                ),
            ),
            tries=(
                Try(
                    "No momentum",
                    "problem=alternating_gradients"
                    "&lane=momentum(lr=0.001,momentum=0,weight_decay=0.1)"
                    "&lane=sgdw(lr=0.001,weight_decay=0.1)",
                    "Now both fall to ({end_x[0]:.2f}, {end_y[0]:.2f}).",
                    lambda m: abs(m.end_y(0) / m.end_y(1) - 1) < 0.01,
                ),
                Try(
                    "Ten times the λ for SGDW",
                    "problem=alternating_gradients&lane=momentum(lr=0.001,weight_decay=0.1)"
                    "&lane=sgdw(lr=0.001,momentum=0.9,weight_decay=1)",
                    "With λ = 1 SGDW's weights fall to ({end_x[1]:.2f}, {end_y[1]:.2f}), as "
                    "Momentum's do with 0.1.",
                    lambda m: abs(m.end_y(0) / m.end_y(1) - 1) < 0.1,
                ),
            ),
            slide=Slide(0, "momentum"),
        ),
        Card(
            key="adam",
            claim="Adam's L2 penalty spares the weight with large gradients; AdamW's decay shrinks "
            "both alike.",
            words="Across, gradients alternate between 10 and −10; up, between 0.1 and −0.1. They "
            "cancel, and both weights start at 1.",
            more="[Adam](1) divides gradient and penalty by the root of v. [AdamW](2) shrinks the "
            "weights themselves.",
            race="problem=alternating_gradients&lane=adam(weight_decay=1)"
            "&lane=adamw(weight_decay=1)&panels=map&future=0",
            holds=lambda m: m.end_x(0) > 10 * m.end_y(0) and abs(m.end_x(1) - m.end_y(1)) < 1e-6,
            guess=Choice(
                "Which weight does Adam shrink more?",
                (
                    Answer("that with large gradients", lambda m: 1.1 * m.end_x(0) < m.end_y(0)),
                    Answer("that with small ones", lambda m: m.end_x(0) > 1.1 * m.end_y(0)),
                    Answer("both alike", lambda m: 1 / 1.1 <= m.end_x(0) / m.end_y(0) <= 1.1),
                ),
            ),
            result="Adam ends at ({end_x[0]:.3f}, {end_y[0]:.3f}), AdamW at ({end_x[1]:.3f}, "
            "{end_y[1]:.3f}).",
            why=Why(
                "Why does Adam spare the weight with large gradients?",
                (
                    Reason("Its penalty is divided by a large root of v"),
                    Reason("Its gradients push it back", "They cancel from step to step."),
                    Reason("λ is smaller for it", "λ is one number for both."),
                ),
            ),
            tries=(
                Try(
                    "A hundred times the λ",
                    "problem=alternating_gradients&lane=adam(weight_decay=100)"
                    "&lane=adamw(weight_decay=1)",
                    "With λ = 100 the penalty outweighs the gradients, and Adam shrinks both: "
                    "({end_x[0]:.3f}, {end_y[0]:.3f}).",
                    lambda m: m.end_x(0) < 2 * m.end_y(0),
                ),
                Try(
                    "SGD with an L2 penalty",
                    "problem=alternating_gradients&lane=sgd(lr=0.001,weight_decay=1)"
                    "&lane=adamw(weight_decay=1)",
                    "SGD divides by nothing and shrinks both nearly alike: ({end_x[0]:.3f}, "
                    "{end_y[0]:.3f}).",
                    lambda m: m.end_x(0) < 2 * m.end_y(0),
                ),
            ),
            slide=Slide(0, "weight_decay"),
        ),
        Card(
            key="two-ends",
            claim="At the same λ Adam and AdamW come to rest at different points.",
            words="Every point of a line solves x + 0.1y = 1. The L2 penalty is smallest at the "
            "one nearest to (0, 0).",
            more="A penalty is part of what [Adam](1) minimizes; the decay of [AdamW](2) is part "
            "of its steps only.",
            race="surface=min_norm&start=1,1&steps=400&lane=adam(lr=0.05,weight_decay=0.1)"
            "&lane=adamw(lr=0.05,weight_decay=0.1)&future=0",
            holds=lambda m: m.end_y(0) < 0.2 and m.end_y(1) > 0.8,
            guess=Choice(
                "Whose second weight, y, falls near zero?",
                (
                    Answer("Adam's", lambda m: m.end_y(0) < 0.2 <= m.end_y(1)),
                    Answer("AdamW's", lambda m: m.end_y(1) < 0.2 <= m.end_y(0)),
                    Answer("both", lambda m: max(m.end_y(0), m.end_y(1)) < 0.2),
                ),
            ),
            result="Adam ends at ({end_x[0]:.2f}, {end_y[0]:.2f}), AdamW at ({end_x[1]:.2f}, "
            "{end_y[1]:.2f}).",
            why=Why(
                "Why does AdamW not go there?",
                (
                    Reason("Where decay moves it off the line, Adam's equal steps bring it back"),
                    Reason("Its λ is smaller", "Both have 0.1."),
                    Reason(
                        "Its solution is nearer to (0, 0)",
                        "With both weights near 0.9 it is further away.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "No decay",
                    "surface=min_norm&start=1,1&steps=400&lane=adam(lr=0.05)"
                    "&lane=adamw(lr=0.05,weight_decay=0)",
                    "Without decay both end at ({end_x[0]:.2f}, {end_y[0]:.2f}).",
                    lambda m: m.end_y(0) > 0.8,
                ),
                Try(
                    "SGD and SGDW",
                    "surface=min_norm&start=1,1&steps=400&lane=sgd(lr=0.5,weight_decay=0.1)"
                    "&lane=sgdw(lr=0.5,weight_decay=0.1)",
                    "Both end at ({end_x[1]:.2f}, {end_y[1]:.2f}), as Adam does.",
                    lambda m: m.end_y(1) < 0.2,
                ),
            ),
            slide=Slide(1, "weight_decay"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="With its L2 penalty [Adam](1) hardly shrinks the weight whose gradients are "
            "large. Let both shrink.",
            race="problem=alternating_gradients&lane=adam(weight_decay=1)&panels=map",
            goal=Goal(
                "Bring both weights below 0.2. You may change the method.",
                lambda m: max(m.end_x(0), m.end_y(0)) < 0.2,
                (
                    "The penalty is divided by the root of v, with the gradients.",
                    "Which method shrinks the weights themselves?",
                    "Choose AdamW with λ = 1.",
                ),
                "problem=alternating_gradients&lane=adamw(weight_decay=1)",
            ),
        ),
    ),
    sources=(
        Passage(LOSHCHILOV, "section 2"),
        Passage(LOSHCHILOV, "Algorithm 1"),
        Passage(LOSHCHILOV, "Algorithm 2"),
    ),
    not_shown="Which kind of weight decay helps a network to do better on new data is not shown "
    "here.",
)
