"""Generalization: which of many solutions a method finds."""

from lessons.lesson import Answer, Card, Choice, Flag, Goal, Lesson, Reason, Slide, Try, Why
from lessons.papers import DINH, KESKAR, WILSON
from optimizers.sources import Passage

PERILS = Passage(WILSON, "“The potential perils of adaptivity”")

LESSON = Lesson(
    key="generalization",
    place=4,
    title="Generalization",
    about="Solutions that fit the data equally well can do differently on new data.",
    cards=(
        Card(
            key="two-solutions",
            claim="SGD and Adam fit one equation exactly, by different weights.",
            words="Two weights are to solve one equation, x + 0.1y = 1. Every point of a line "
            "does.",
            more="From (0, 0) [SGD](1) follows the slope, which points straight at the line. "
            "[Adam](2) moves both weights alike.",
            math=(r"f(x, y) = \tfrac{1}{2} (x + 0.1\,y - 1)^2",),
            race="surface=min_norm&steps=150&lane=sgd(lr=0.1)&lane=adam(lr=0.1)"
            "&panels=map&future=0",
            holds=lambda m: (
                max(m.ending(0), m.ending(1)) < 1e-5
                and m.distance(0) < 0.01
                and abs(m.end_x(1) - m.end_y(1)) < 0.01
            ),
            guess=Flag("Where on the line does Adam end?", 1, 150),
            result="SGD ends at ({end_x[0]:.2f}, {end_y[0]:.2f}), the solution nearest to (0, 0); "
            "Adam at ({end_x[1]:.2f}, {end_y[1]:.2f}).",
            why=Why(
                "Which of the two fits better?",
                (
                    Reason("Neither: both reach a loss of nearly zero"),
                    Reason("SGD, as its weights are smaller", "The loss does not ask for that."),
                    Reason("Adam, as it uses both weights", "The loss does not ask for that."),
                ),
            ),
            tries=(
                Try(
                    "Let both weights count alike",
                    "surface=min_norm(a2=1)&steps=150&lane=sgd(lr=0.1)&lane=adam(lr=0.1)",
                    "On x + y = 1 both end at ({end_x[1]:.2f}, {end_y[1]:.2f}).",
                    lambda m: m.distance(1) < 0.01,
                ),
                Try(
                    "Drown Adam's v in a large ε",
                    "surface=min_norm&steps=150&lane=sgd(lr=0.1)&lane=adam(lr=0.1,eps=1)",
                    "With ε = 1 Adam's steps follow the slope, and it ends at ({end_x[1]:.2f}, "
                    "{end_y[1]:.2f}).",
                    lambda m: m.distance(1) < 0.1,
                ),
            ),
            after=PERILS,
            slide=Slide(1, "eps"),
        ),
        Card(
            key="new-examples",
            claim="Both learn all 60 examples; only SGD's solution tells new ones of both apart.",
            words="An example's first feature is its class. Two more are always 1, and the others "
            "are its own: no new example has them.",
            more="The map shows the margin of new examples of each class: below zero they are "
            "taken for the other.",
            race="problem=classification&steps=300&lane=sgd(lr=0.5)&lane=adam(lr=0.01)&future=0",
            holds=lambda m: (
                max(m.ending(0), m.ending(1)) < 1e-6 and m.drawn_y(0) > 0.5 and m.drawn_y(1) < -0.1
            ),
            guess=Choice(
                "Both will fit every example. Who gets new ones of class −1 right?",
                (
                    Answer("only SGD", lambda m: m.drawn_y(0) > 0 >= m.drawn_y(1)),
                    Answer("only Adam", lambda m: m.drawn_y(1) > 0 >= m.drawn_y(0)),
                    Answer("both", lambda m: min(m.drawn_y(0), m.drawn_y(1)) > 0),
                ),
            ),
            result="On class −1 SGD's margin is {drawn_y[0]:.2f} and Adam's {drawn_y[1]:.2f}: Adam "
            "takes every new example for class +1.",
            why=Why(
                "What went wrong with Adam?",
                (
                    Reason("It gave the two useless features as much weight as the first"),
                    Reason("It did not fit the examples", "It fits all of them."),
                    Reason(
                        "It had too few steps",
                        "Its loss is zero for all practical purposes, so it stays there.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Give Adam an L2 penalty",
                    "problem=classification&steps=1500&lane=sgd(lr=0.5)"
                    "&lane=adam(lr=0.01,weight_decay=0.01)",
                    "With λ = 0.01 Adam is right on both: its margin on class −1 is "
                    "{drawn_y[1]:.2f}.",
                    lambda m: m.drawn_y(1) > 0.5,
                ),
                Try(
                    "Drown Adam's v in a large ε",
                    "problem=classification&steps=1500&lane=sgd(lr=0.5)&lane=adam(lr=0.01,eps=1)",
                    "With ε = 1 Adam's margin on class −1 is {drawn_y[1]:.2f}.",
                    lambda m: m.drawn_y(1) > 0.5,
                ),
            ),
            after=PERILS,
            slide=Slide(1, "eps"),
        ),
        Card(
            key="sharp-and-flat",
            claim="At 0.06 nearly every run of SGD leaves the sharp well; of Adam at 0.01 none "
            "does.",
            words="Both start in the sharp well, left. Every gradient has strong noise added, and "
            "each of 400 runs meets its own.",
            more="You see one of the 400. SGD at 0.06 could not come to rest in the sharp well "
            "even without noise.",
            race="surface=sharp_and_flat&steps=2000&noise=2&lane=sgd(lr=0.06)&lane=adam(lr=0.01)"
            "&future=0",
            holds=lambda m: (
                m.share_beyond(0, 0, 0.3, 400) > 0.9 and m.share_beyond(1, 0, 0.3, 400) == 0
            ),
            guess=Choice(
                "Of 400 runs of SGD, how many end in the flat well?",
                (
                    Answer("nearly all", lambda m: m.share_beyond(0, 0, 0.3, 400) > 0.9),
                    Answer("about half", lambda m: 0.3 < m.share_beyond(0, 0, 0.3, 400) < 0.7),
                    Answer("hardly any", lambda m: m.share_beyond(0, 0, 0.3, 400) < 0.1),
                ),
            ),
            result="{share_beyond[0, 0, 0.3, 400]:.0%} of SGD's runs end in the flat well, and "
            "{share_beyond[1, 0, 0.3, 400]:.0%} of Adam's.",
            why=Why(
                "What decides whether SGD leaves?",
                (
                    Reason("How long its steps are beside the width of the well"),
                    Reason("How deep the wells are", "They are nearly equally deep."),
                    Reason("It looks for flat wells", "At 0.02 it stays where it is."),
                ),
            ),
            tries=(
                Try(
                    "SGD at 0.04",
                    "surface=sharp_and_flat&steps=2000&noise=2&lane=sgd(lr=0.04)"
                    "&lane=adam(lr=0.01)",
                    "{share_beyond[0, 0, 0.3, 400]:.0%} of SGD's runs at 0.04 end in the flat "
                    "well.",
                    lambda m: 0.1 < m.share_beyond(0, 0, 0.3, 400) < 0.5,
                ),
                Try(
                    "SGD at 0.02",
                    "surface=sharp_and_flat&steps=2000&noise=2&lane=sgd(lr=0.02)"
                    "&lane=adam(lr=0.01)",
                    "{share_beyond[0, 0, 0.3, 400]:.0%} of SGD's runs at 0.02 end in the flat "
                    "well.",
                    lambda m: m.share_beyond(0, 0, 0.3, 400) < 0.02,
                ),
                Try(
                    "No noise",
                    "surface=sharp_and_flat&steps=2000&lane=sgd(lr=0.06)&lane=adam(lr=0.01)",
                    "Without noise SGD swings in the sharp well for ever, at a loss of "
                    "{ending[0]:.2f}; Adam rests at {ending[1]:.2f}.",
                    lambda m: m.end_x(0) < -0.5 and m.ending(0) > m.ending(1) + 0.1,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="either-way",
            claim="With other settings it is Adam that leaves more often, and SGD that stays.",
            words="The same wells with weaker noise. [SGD](1) is at 0.06 as before; [Adam](2) now "
            "has the learning rate 0.3.",
            more="Each of 400 runs meets noise of its own. You see one of them.",
            race="surface=sharp_and_flat&steps=2000&noise=0.5&seed=2&lane=sgd(lr=0.06)"
            "&lane=adam(lr=0.3)&future=0",
            holds=lambda m: (
                m.share_beyond(0, 0, 0.3, 400) < 0.1 and m.share_beyond(1, 0, 0.3, 400) > 0.4
            ),
            guess=Choice(
                "Of 400 runs each, whose end in the flat well more often?",
                (
                    Answer(
                        "SGD's",
                        lambda m: (
                            m.share_beyond(0, 0, 0.3, 400) > m.share_beyond(1, 0, 0.3, 400) + 0.1
                        ),
                    ),
                    Answer(
                        "Adam's",
                        lambda m: (
                            m.share_beyond(1, 0, 0.3, 400) > m.share_beyond(0, 0, 0.3, 400) + 0.1
                        ),
                    ),
                    Answer(
                        "both alike",
                        lambda m: (
                            abs(m.share_beyond(0, 0, 0.3, 400) - m.share_beyond(1, 0, 0.3, 400))
                            <= 0.1
                        ),
                    ),
                ),
            ),
            result="{share_beyond[0, 0, 0.3, 400]:.0%} of SGD's runs end in the flat well, and "
            "{share_beyond[1, 0, 0.3, 400]:.0%} of Adam's. So neither seeks flat wells by itself.",
            why=Why(
                "Why does Adam leave now?",
                (
                    Reason("A step as long as its learning rate, 0.3, is wider than the well"),
                    Reason("It adapts to flat wells", "At 0.01 it never left."),
                    Reason("The noise is stronger", "It is weaker than before."),
                ),
            ),
            tries=(
                Try(
                    "Adam at 0.01",
                    "surface=sharp_and_flat&steps=2000&noise=0.5&seed=2&lane=sgd(lr=0.06)"
                    "&lane=adam(lr=0.01)",
                    "{share_beyond[1, 0, 0.3, 400]:.0%} of Adam's runs at 0.01 end in the flat "
                    "well.",
                    lambda m: m.share_beyond(1, 0, 0.3, 400) < 0.1,
                ),
                Try(
                    "Stronger noise",
                    "surface=sharp_and_flat&steps=2000&noise=2&seed=2&lane=sgd(lr=0.06)"
                    "&lane=adam(lr=0.3)",
                    "With noise 2 it is SGD: {share_beyond[0, 0, 0.3, 400]:.0%} of its runs end "
                    "in the flat well, and {share_beyond[1, 0, 0.3, 400]:.0%} of Adam's.",
                    lambda m: m.share_beyond(0, 0, 0.3, 400) > m.share_beyond(1, 0, 0.3, 400),
                ),
            ),
            slide=Slide(1, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="[Adam](1) fits all examples and takes every new one for class +1. Let it tell "
            "new ones apart, without another method.",
            race="problem=classification&steps=1500&lane=adam(lr=0.01)",
            goal=Goal(
                "Bring Adam's margin on class −1 above 0.5.",
                lambda m: m.method(0) == "adam" and m.drawn_y(0) > 0.5,
                (
                    "It gives two useless features as much weight as the first.",
                    "What pulls weights towards zero that are not needed?",
                    "Set the weight decay to 0.01.",
                ),
                "problem=classification&steps=1500&lane=adam(lr=0.01,weight_decay=0.01)",
            ),
        ),
    ),
    sources=(PERILS, KESKAR, DINH),
    not_shown="The classification was made so that Adam fails, and the two wells have no data: "
    "neither shows how networks do on new data, nor that flat minima are better.",
)
