"""Mini-batches: how many rows of the data each step sees."""

from experiment.told import Measured
from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from lessons.papers import BOTTOU, KESKAR
from optimizers.sources import Passage

DATA = "surface=linear_regression(standardize=true)"
SGD = "&lane=sgd(lr=0.2)"
RATES = "&lane=sgd(lr=0.2)&lane=sgd(lr=0.05)"
SEEDS = 20


def _raised(m: Measured, i: int = 0) -> float:
    """How far above the lowest loss half of the seeds end, at most."""
    return m.median_excess(i, SEEDS)


def _left(m: Measured) -> float:
    """What part of the way down from the start the median run has not gone."""
    return _raised(m) / (m.loss_at(0, 0) - m.lowest())


LESSON = Lesson(
    key="batch_size",
    place=18,
    title="Batch size",
    about="What it costs, and what it saves, to look at a few rows of the data in each step.",
    cards=(
        Card(
            key="never-quite",
            claim="With mini-batches SGD at a constant rate does not come to rest.",
            words="A line is fitted to 48 marks. Each step of [SGD](1) looks at only 4 of them, "
            "drawn anew.",
            more="Each four pull towards a line of their own. Only all 48 together agree on the "
            "best.",
            race=DATA + "&batch=4&steps=400" + SGD + "&stop=200",
            holds=lambda m: 0.002 < _raised(m) < 0.1,
            guess=Choice(
                "What does SGD do once it is near the best line?",
                (
                    Answer("it comes to rest there", lambda m: _raised(m) <= 0.002),
                    Answer("it wanders about it", lambda m: 0.002 < _raised(m) < 0.1),
                    Answer("it goes away again", lambda m: _raised(m) >= 0.1),
                ),
            ),
            result="After 400 steps, half of 20 runs are more than {median_excess[0, 20]:.2g} "
            "above the lowest loss.",
            why=Why(
                "Why does it not rest at the best line?",
                (
                    Reason("Even there, four rows by themselves want another line"),
                    Reason(
                        "It cannot see all the rows",
                        "In 12 steps it sees all of them, each once.",
                    ),
                    Reason(
                        "Its learning rate is too large",
                        "With all rows in each step it rests at the same rate.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "All 48 rows in each step",
                    DATA + "&steps=400" + SGD,
                    "It comes to rest at the lowest loss, {ending[0]:.3f}.",
                    lambda m: _raised(m) <= 1e-6,
                ),
                Try(
                    "16 rows in each step",
                    DATA + "&batch=16&steps=400" + SGD,
                    "It wanders less: half of 20 runs end within {median_excess[0, 20]:.1g} of "
                    "the lowest loss.",
                    lambda m: 1e-6 < _raised(m) <= 0.002,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="calmer",
            claim="With a quarter of the learning rate SGD wanders far less.",
            words="Now each step sees a single row. [One](1) has four times the learning rate of "
            "[the other](2).",
            more="A small rate goes a little way towards each row, and so towards the mean of "
            "many.",
            race=DATA + "&batch=1&steps=400" + RATES + "&stop=200",
            holds=lambda m: _raised(m, 1) < 0.4 * _raised(m, 0),
            guess=Choice(
                "After 400 steps, which is nearer to the lowest loss?",
                (
                    Answer("the larger rate", lambda m: _raised(m, 0) < 0.5 * _raised(m, 1)),
                    Answer("both alike", lambda m: 0.5 <= _raised(m, 0) / _raised(m, 1) <= 2),
                    Answer("the smaller rate", lambda m: _raised(m, 0) > 2 * _raised(m, 1)),
                ),
            ),
            result="Half of 20 runs end within {median_excess[1, 20]:.2g} of the lowest loss with "
            "the smaller rate, and within {median_excess[0, 20]:.2g} with the larger.",
            why=Why(
                "What does the smaller rate cost?",
                (
                    Reason("It takes more steps to come near"),
                    Reason("More rows in each step", "Both see one row a step."),
                    Reason(
                        "A line that fits less well", "In the end it is nearer to the best line."
                    ),
                ),
            ),
            tries=(
                Try(
                    "Only a dozen rows in all",
                    DATA + "&batch=1&steps=12" + RATES,
                    "After 12 steps the smaller rate is still on its way: half of its runs are "
                    "{median_excess[1, 20]:.2g} above, of the larger's {median_excess[0, 20]:.2g}.",
                    lambda m: _raised(m, 0) < 0.5 * _raised(m, 1),
                ),
                Try(
                    "All 48 rows in each step",
                    DATA + "&steps=400" + RATES,
                    "Then every row has its say in each step, and both come to rest at the lowest "
                    "loss.",
                    lambda m: max(_raised(m, 0), _raised(m, 1)) < 1e-6,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="one-pass",
            claim="One pass over the data is enough for small batches to come near the minimum.",
            words="An epoch is one pass over all 48 rows: 12 steps of four rows each, or a single "
            "step of all.",
            more="Both read the data once.",
            race=DATA + "&batch=4&steps=12" + SGD + "&per=epoch",
            holds=lambda m: _left(m) < 0.05,
            guess=Choice(
                "Of the way down, how much is left after one pass in fours?",
                (
                    Answer("less than a tenth", lambda m: _left(m) < 0.1),
                    Answer("about half", lambda m: 0.1 <= _left(m) <= 0.75),
                    Answer("nearly all", lambda m: _left(m) > 0.75),
                ),
            ),
            result="From {loss_at[0, 0]:.2f} it has come to {ending[0]:.2f}, "
            "{excess[0]:.2g} above the lowest loss.",
            why=Why(
                "Why do twelve rough steps beat a single exact one?",
                (
                    Reason("Far away even four rows agree on the way, and there are 12 steps"),
                    Reason(
                        "Their gradients are more exact",
                        "They are rougher: each is of four rows only.",
                    ),
                    Reason(
                        "Each step is longer",
                        "The learning rate is the same; there are only more of them.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "One step of all 48 rows",
                    DATA + "&steps=1" + SGD,
                    "The same data, read once: the loss is still {ending[0]:.2f}.",
                    lambda m: 0.1 <= _left(m) <= 0.75,
                ),
                Try(
                    "Three steps of 16 rows",
                    DATA + "&batch=16&steps=3" + SGD,
                    "In between: the loss is {ending[0]:.2f} after one pass.",
                    lambda m: 0.1 <= _left(m) <= 0.75,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="[SGD](1) sees four rows a step and wanders about the best line. Bring it to "
            "rest without more rows a step.",
            race=DATA + "&batch=4&steps=400" + SGD,
            goal=Goal(
                "Let half of 20 runs end within 0.0002 of the lowest loss.",
                lambda m: _raised(m) < 0.0002,
                (
                    "A smaller rate wanders less, but has to get there first.",
                    "The rate may change on the way.",
                    "Choose the cosine schedule.",
                ),
                DATA + "&batch=4&steps=400&lane=sgd(lr=0.2,schedule=cosine)",
            ),
        ),
    ),
    sources=(Passage(BOTTOU, "Theorem 4.6"), Passage(KESKAR, "section 2")),
    not_shown="How batch size changes what a network has learnt about new data: this is a line "
    "through 48 rows, and only their own loss.",
)
