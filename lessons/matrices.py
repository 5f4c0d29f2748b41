"""What a method for matrices is for: a plane has none, two matrices of four entries do."""

from experiment.told import Measured
from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from optimizers import OPTIMIZERS

ASKEW = "problem=matrix_factorization(angle=45)"
STRAIGHT = "problem=matrix_factorization"
SGD = "&lane=sgd(lr=0.02)"
MUON = "&lane=muon(lr=0.01,beta=0.9,nesterov=false)"
ADAM = "&lane=adam(lr=0.01)"
SHAMPOO = "&lane=shampoo(lr=0.05)"
SOAP = "&lane=soap(lr=0.01,eps=0.001,precondition_frequency=1)"


def _ratio(m: Measured, i: int = 0) -> float:
    """How many times the smaller singular value the larger one is after 20 steps."""
    return m.drawn_at(i, 0, 20) / m.drawn_at(i, 1, 20)


def _larger(m: Measured, i: int = 0) -> float:
    """The step at which the larger is at nine tenths of the 4 that it is to be."""
    return m.first_drawn_above(i, 0, 3.6)


def _smaller(m: Measured, i: int = 0) -> float:
    """The step at which the smaller is at nine tenths of the 1 that it is to be."""
    return m.first_drawn_above(i, 1, 0.9)


LESSON = Lesson(
    key="matrices",
    place=21,
    title="Muon and matrices",
    about="Why Muon, Shampoo and SOAP look at a whole matrix, and what Adam, which looks at "
    "entries, makes of it.",
    cards=(
        Card(
            key="largest-first",
            claim="SGD raises the larger singular value first, and the smaller one much later.",
            words="The product of two small matrices is to become a third one. Singular values "
            "say how far a matrix stretches, each in its direction.",
            more="They start equal and tiny; the third matrix has 4 and 1. The picture shows both.",
            math=(r"\tfrac12 \| U V^\top - A \|^2, \quad A \text{ with } \sigma = 4, 1",),
            race=ASKEW + SGD + "&stop=100",
            holds=lambda m: _ratio(m) > 5 and 2 * _larger(m) < _smaller(m) < 600,
            guess=Choice(
                "Which singular value does SGD raise first?",
                (
                    Answer("the larger one", lambda m: _ratio(m) > 2),
                    Answer("both at one rate", lambda m: _ratio(m) <= 2),
                    Answer("neither", lambda m: m.drawn_at(0, 0, 600) < 0.1),
                ),
            ),
            result="After 20 steps they are {drawn_at[0, 0, 20]:.3f} and {drawn_at[0, 1, 20]:.4f}. "
            "Nine tenths of 4 are reached at step {first_drawn_above[0, 0, 3.6]:.0f}, of 1 at "
            "step {first_drawn_above[0, 1, 0.9]:.0f}.",
            why=Why(
                "Why does the larger one grow first?",
                (
                    Reason("The slope towards it is four times as steep, and grows as it grows"),
                    Reason(
                        "SGD starts nearer to it",
                        "Both start equal, so it starts further from the larger one.",
                    ),
                    Reason(
                        "It comes first in the matrix",
                        "SGD knows no order; turned otherwise the same happens.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Muon",
                    ASKEW + MUON,
                    "Muon raises both alike: after 20 steps they are {drawn_at[0, 0, 20]:.4f} and "
                    "{drawn_at[0, 1, 20]:.4f}.",
                    lambda m: _ratio(m) < 1.2,
                ),
                Try(
                    "Lion, along the axes",
                    STRAIGHT + "&lane=lion(lr=0.01)",
                    "Where the axes suit, Lion does as well: {drawn_at[0, 0, 20]:.4f} "
                    "and {drawn_at[0, 1, 20]:.4f}. It looks at entries, not at the matrix.",
                    lambda m: _ratio(m) < 1.2,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="both-at-one-rate",
            claim="Muon raises both singular values at one rate, so the smaller arrives first.",
            words="[Muon](1) sees the gradient as a matrix and makes its singular values nearly "
            "equal before it takes the step.",
            more="So every direction gets a step of about the same length, however gentle the "
            "slope.",
            race=ASKEW + MUON + "&stop=130",
            holds=lambda m: _ratio(m) < 1.2 and _smaller(m) < 0.7 * _larger(m) < 400,
            guess=Choice(
                "Muon raises both at one rate. Which is first at nine tenths of its goal?",
                (
                    Answer("the one that is to be 1", lambda m: _smaller(m) < _larger(m)),
                    Answer("the one that is to be 4", lambda m: _larger(m) < _smaller(m)),
                    Answer("both at once", lambda m: _larger(m) == _smaller(m)),
                ),
            ),
            result="After 20 steps they are {drawn_at[0, 0, 20]:.4f} and {drawn_at[0, 1, 20]:.4f}; "
            "the smaller is there at step {first_drawn_above[0, 1, 0.9]:.0f}, the larger at step "
            "{first_drawn_above[0, 0, 3.6]:.0f}.",
            why=Why(
                "What does Muon throw away?",
                (
                    Reason("How large each singular value of the gradient is"),
                    Reason(
                        "The directions in the gradient",
                        "It keeps them; the steps go along them.",
                    ),
                    Reason(
                        "All entries but the largest",
                        "It keeps all entries, as a whole.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "SGD",
                    ASKEW + SGD,
                    "SGD does the opposite: the larger is there at step "
                    "{first_drawn_above[0, 0, 3.6]:.0f}, the smaller at step "
                    "{first_drawn_above[0, 1, 0.9]:.0f}.",
                    lambda m: _larger(m) < _smaller(m),
                ),
                Try(
                    "Adam",
                    ASKEW + ADAM,
                    "Adam here goes as SGD does: {first_drawn_above[0, 0, 3.6]:.0f} and "
                    "{first_drawn_above[0, 1, 0.9]:.0f} steps.",
                    lambda m: _larger(m) < _smaller(m),
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="adams-axes",
            claim="With the matrix along the axes, Adam raises both singular values at one rate.",
            words="Here the third matrix stretches along the axes, so each of its singular values "
            "stands in one entry. [Adam](1) treats entries one by one.",
            more="[Muon](2) and [SGD](3) do not mind how it is turned.",
            race=STRAIGHT + ADAM + MUON + SGD + "&stop=80",
            holds=lambda m: _ratio(m, 0) < 1.2 and _ratio(m, 1) < 1.2 and _ratio(m, 2) > 5,
            guess=Choice(
                "How does Adam go here?",
                (
                    Answer("like Muon, both alike", lambda m: _ratio(m, 0) < 1.2),
                    Answer("in between", lambda m: 1.2 <= _ratio(m, 0) <= 5),
                    Answer("like SGD, the larger first", lambda m: _ratio(m, 0) > 5),
                ),
            ),
            result="After 20 steps Adam has {drawn_at[0, 0, 20]:.3f} and "
            "{drawn_at[0, 1, 20]:.3f}, Muon {drawn_at[1, 0, 20]:.3f} and "
            "{drawn_at[1, 1, 20]:.3f}, SGD {drawn_at[2, 0, 20]:.3f} and "
            "{drawn_at[2, 1, 20]:.3f}.",
            why=Why(
                "Why does turning change Adam's way, and not Muon's?",
                (
                    Reason("Turned, every entry holds a mixture, and Adam looks at entries only"),
                    Reason(
                        "Turned, the problem is harder",
                        "SGD and Muon take as many steps as before.",
                    ),
                    Reason(
                        "Adam has the smaller rate",
                        "Adam and Muon have the same rate, turned or not.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Turn it by 45°",
                    ASKEW + ADAM + MUON + SGD,
                    "Now Adam has {drawn_at[0, 0, 20]:.3f} and {drawn_at[0, 1, 20]:.4f} after 20 "
                    "steps: the larger first. Muon and SGD go as before.",
                    lambda m: _ratio(m, 0) > 5 and _ratio(m, 1) < 1.2 and _ratio(m, 2) > 5,
                ),
                Try(
                    "Turn it by 15°",
                    "problem=matrix_factorization(angle=15)" + ADAM + MUON + SGD,
                    "A small turn is enough: Adam has {drawn_at[0, 0, 20]:.3f} and "
                    "{drawn_at[0, 1, 20]:.4f}.",
                    lambda m: _ratio(m, 0) > 5,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="any-axes",
            claim="Shampoo and SOAP raise both singular values nearly at one rate, though the "
            "matrix is turned.",
            words="The matrix is turned again. [Shampoo](1) and [SOAP](2) find the gradient's "
            "axes, from products of its rows and of its columns.",
            more="Along the gradient's axes Shampoo makes the steps more equal, and SOAP runs "
            "[Adam](3).",
            math=(
                r"\text{Shampoo: } \theta_t = \theta_{t-1} - \alpha\, L^{-1/4} G\, R^{-1/4}",
                r"L = \sum G\, G^\top, \quad R = \sum G^\top G",
            ),
            race=ASKEW + SHAMPOO + SOAP + ADAM + "&stop=100",
            holds=lambda m: (
                max(_ratio(m, 0), _ratio(m, 1)) < 1.2
                and _ratio(m, 2) > 5
                and all(_smaller(m, i) < _larger(m, i) < 600 for i in (0, 1))
            ),
            guess=Choice(
                "Turned like this, Adam raises the larger first. And the other two?",
                (
                    Answer(
                        "Shampoo both alike, SOAP the larger first",
                        lambda m: _ratio(m, 0) < 1.2 <= _ratio(m, 1),
                    ),
                    Answer(
                        "both methods like Muon",
                        lambda m: max(_ratio(m, 0), _ratio(m, 1)) < 1.2,
                    ),
                    Answer("both methods like Adam", lambda m: _ratio(m, 0) >= 1.2),
                ),
            ),
            result="After 20 steps Shampoo has {drawn_at[0, 0, 20]:.3f} and "
            "{drawn_at[0, 1, 20]:.3f}, SOAP {drawn_at[1, 0, 20]:.4f} and "
            "{drawn_at[1, 1, 20]:.4f}, Adam {drawn_at[2, 0, 20]:.3f} and "
            "{drawn_at[2, 1, 20]:.4f}.",
            why=Why(
                "Why does SOAP, which is Adam within, not go as Adam does?",
                (
                    Reason("Its axes turn with the matrix, and in them nothing is mixed"),
                    Reason(
                        "It has a smaller learning rate",
                        "Both have the same.",
                    ),
                    Reason(
                        "It does not divide by √v",
                        "It does, as Adam does, but along other axes.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Turn it back",
                    STRAIGHT + SHAMPOO + SOAP + ADAM,
                    "Along the axes Adam raises both alike, to {drawn_at[2, 0, 20]:.3f} and "
                    "{drawn_at[2, 1, 20]:.3f}. The other two go as before.",
                    lambda m: max(_ratio(m, i) for i in range(3)) < 1.2,
                ),
                Try(
                    "SOAP with a large ε",
                    ASKEW + SHAMPOO + "&lane=soap(lr=0.1,eps=1,precondition_frequency=1)" + ADAM,
                    "Beside an ε of 1, √v hardly counts: SOAP raises the larger first, to "
                    "{drawn_at[1, 0, 20]:.3f} against {drawn_at[1, 1, 20]:.4f}.",
                    lambda m: _ratio(m, 1) > 5,
                ),
                Try(
                    "Shampoo with a large ε",
                    ASKEW + "&lane=shampoo(lr=0.2,matrix_eps=100)" + SOAP + ADAM,
                    "L and R start at 100 times the identity, which weighs all axes alike: "
                    "Shampoo raises the larger first, to {drawn_at[0, 0, 20]:.3f} against "
                    "{drawn_at[0, 1, 20]:.4f}.",
                    lambda m: _ratio(m, 0) > 5 and _larger(m, 0) < _smaller(m, 0),
                ),
            ),
            slide=Slide(1, "lr"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="[Adam](1) is late with the smaller singular value, since the matrix is turned. "
            "Which method is sooner?",
            race=ASKEW + ADAM,
            goal=Goal(
                "Raise the smaller singular value above 0.9 within 150 steps.",
                lambda m: _smaller(m) <= 150,
                (
                    "A method that looks at entries depends on how the matrix is turned.",
                    "One that looks at the whole matrix does not.",
                    "Try Muon with a learning rate of 0.01 and β 0.9.",
                ),
                ASKEW + MUON,
            ),
        ),
    ),
    sources=tuple(OPTIMIZERS[key].paper for key in ("muon", "shampoo", "soap")),
    not_shown="Whether equal steps are better for a network, and what Shampoo and SOAP cost there: "
    "the axes of a large matrix take long to find, so that they are found seldom.",
)
