"""Columns in their own units make long valleys; standardized ones make round bowls."""

from experiment.told import NEVER, Measured
from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from optimizers.sources import OTHERS, Paper, Passage

RAW = "surface=linear_regression&steps=300"
SCALED = "surface=linear_regression(standardize=true)&steps=300"
ADAM = "&lane=adam(lr=0.1)&lane=newton"
FAR, NEAR = 0.1, 0.001


def _flies_off(m: Measured) -> bool:
    return m.diverged_at(0) < NEVER


LESSON = Lesson(
    key="scaling_inputs",
    place=19,
    title="Scaling your inputs",
    about="Why columns are standardized before fitting, and which methods need it.",
    cards=(
        Card(
            key="long-valley",
            claim="With its columns as they are, this line is not fitted after 300 steps.",
            words="[SGD](1) fits slope and intercept of marks against hours of practice. The "
            "hours lie between 0 and 10, far from centred.",
            more="So slope and intercept pull at each other: a change in one asks for a change in "
            "the other.",
            race=RAW + "&lane=sgd(lr=0.03)&stop=300",
            holds=lambda m: m.distance(0) > FAR,
            guess=Choice(
                "How near is SGD to the best line after 300 steps?",
                (
                    Answer("there, to 0.001", lambda m: m.distance(0) < NEAR),
                    Answer("on the way, in a long valley", lambda m: FAR < m.distance(0) < 1.5),
                    Answer("hardly begun", lambda m: m.distance(0) >= 1.5),
                ),
            ),
            result="It is still {distance[0]:.2f} from the best weights. Its first 20 steps took "
            "it from a loss of {loss_at[0, 0]:.0f} to {loss_at[0, 20]:.2g}, the other 280 to "
            "{ending[0]:.2g}.",
            why=Why(
                "Why is there a valley?",
                (
                    Reason("Hours are far from 0, so a steeper line asks for a lower intercept"),
                    Reason(
                        "There are too few rows",
                        "More rows of the same kind would make the same valley.",
                    ),
                    Reason(
                        "Four of the marks are wrong",
                        "They move the best line; the valley is there without them.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Standardize the columns",
                    SCALED + "&lane=sgd(lr=0.2)",
                    "Shifted to mean 0 and scaled to spread 1, the bowl is round: SGD is "
                    "within 0.01 of the best weights after {settles[0, 0.01]:.0f} steps.",
                    lambda m: m.distance(0) < NEAR,
                ),
                Try(
                    "Momentum, on the columns as they are",
                    RAW + "&lane=momentum(lr=0.01)",
                    "Momentum gets along the valley: it ends {distance[0]:.1g} from the best "
                    "weights.",
                    lambda m: m.distance(0) < NEAR,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="larger-rate",
            claim="On standardized columns a rate of 0.2 arrives in a few steps.",
            words="The largest curvature limits the rate: it must stay below 2 divided by it. "
            "Standardized, it is 1 in every direction.",
            more="Columns with large numbers make steep walls, and steep walls ask for a small "
            "rate.",
            race=SCALED + "&lane=sgd(lr=0.2)&stop=30",
            holds=lambda m: m.settles(0, 0.01) < 60 and m.sharpness_at(0, 0) < 2,
            guess=Choice(
                "After how many steps is SGD within 0.01 of the best weights, to stay?",
                (
                    Answer("fewer than 60", lambda m: m.settles(0, 0.01) < 60),
                    Answer("some 60 to 300", lambda m: 60 <= m.settles(0, 0.01) <= 300),
                    Answer("not within 300", lambda m: m.settles(0, 0.01) > 300),
                ),
            ),
            result="After {settles[0, 0.01]:.0f} steps. The largest curvature is "
            "{sharpness_at[0, 0]:.0f}, so even a rate of 1.9 would be safe.",
            why=Why(
                "What does standardizing change?",
                (
                    Reason("The shape of the bowl: it is as steep in all directions"),
                    Reason(
                        "The line that fits best",
                        "The best line through the points is the same, in other units.",
                    ),
                    Reason(
                        "The rule of SGD",
                        "The rule is the same; its gradients are other ones.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "The same rate on the columns as they are",
                    RAW + "&lane=sgd(lr=0.2)",
                    "The largest curvature is {sharpness_at[0, 0]:.0f} there, and SGD diverges at "
                    "step {diverged_at[0]:.0f}.",
                    _flies_off,
                ),
                Try(
                    "A rate that is safe for both, 0.03",
                    SCALED + "&lane=sgd(lr=0.03)",
                    "Standardized it takes {settles[0, 0.01]:.0f} steps at this rate; as they "
                    "are, 300 were not enough.",
                    lambda m: 60 <= m.settles(0, 0.01) <= 300,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="who-needs-it",
            claim="On columns as they are Adam is late too, while Newton's method arrives at once.",
            words="[Adam](1) divides each slope by its usual size. [Newton](2) is given the "
            "curvature as well.",
            more="Adam makes up for axes of unequal steepness, but this valley lies askew.",
            race=RAW + ADAM + "&stop=100",
            holds=lambda m: m.distance(0) > FAR and m.settles(1, NEAR) <= 5,
            guess=Choice(
                "Which of the two arrives within 300 steps?",
                (
                    Answer("both", lambda m: m.distance(0) < NEAR and m.distance(1) < NEAR),
                    Answer("only Adam", lambda m: m.distance(0) < NEAR and m.distance(1) >= NEAR),
                    Answer("only Newton", lambda m: m.distance(0) >= NEAR and m.distance(1) < NEAR),
                ),
            ),
            result="Newton is there after {settles[1, 0.001]:.0f} step; Adam is still "
            "{distance[0]:.2f} away at the end.",
            why=Why(
                "What does Newton's method know that Adam does not?",
                (
                    Reason("How slope and intercept pull at each other"),
                    Reason(
                        "The best line",
                        "It is given slope and curvature at one place, and no more.",
                    ),
                    Reason("The units of the columns", "It sees the same columns as Adam."),
                ),
            ),
            tries=(
                Try(
                    "Standardize the columns",
                    SCALED + ADAM,
                    "Now Adam arrives as well, and ends {distance[0]:.1g} from the best weights.",
                    lambda m: m.distance(0) < NEAR,
                ),
                Try(
                    "A larger rate for Adam, 1",
                    RAW + "&lane=adam(lr=1)&lane=newton",
                    "With ten times the rate Adam gets along the valley: it ends "
                    "{distance[0]:.1g} away.",
                    lambda m: m.distance(0) < NEAR,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="Someone gave you the columns as they are, and standardizing is not allowed. "
            "Fit the line all the same.",
            race=RAW + "&lane=sgd(lr=0.03)",
            goal=Goal(
                "End within 0.001 of the best weights after 300 steps. You may change the method.",
                lambda m: m.distance(0) < NEAR,
                (
                    "SGD is slow along the valley's floor.",
                    "What adds up steps that point the same way?",
                    "Try Momentum with a rate of 0.01.",
                ),
                RAW + "&lane=momentum(lr=0.01)",
            ),
        ),
    ),
    sources=(
        Passage(
            Paper(
                ("LeCun", OTHERS),
                1998,
                "Efficient BackProp",
                "http://leon.bottou.org/papers/lecun-98x",
            ),
            "section 4.3",
        ),
    ),
    not_shown="Correlated columns: standardizing each by itself leaves the valley that they make.",
)
