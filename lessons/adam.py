"""Adam, in the order of the article that this lab grew out of."""

from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from optimizers import OPTIMIZERS

LESSON = Lesson(
    key="adam",
    place=1,
    title="Adam",
    about="What each part of Adam does, when it wins, and where it fails.",
    cards=(
        Card(
            key="bias-correction",
            claim="Without bias correction Adam's first steps are too long.",
            words="Both averages start at zero, and [v](v) forgets it later than [m](m). So the "
            "uncorrected step is too long at first.",
            more="Dividing by 1 − βᵗ makes both averages as large as what they average.",
            math=(r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",),
            race="surface=rosenbrock&steps=60&lane=adam(lr=0.1)"
            "&lane=adam(lr=0.1,bias_correction=false)&stop=1",
            holds=lambda m: m.step_length(1, 1) > 3 * m.step_length(0, 1),
            guess=Choice(
                "Without the correction, is the first step shorter or longer?",
                (
                    Answer("Shorter", lambda m: m.step_length(1, 1) < m.step_length(0, 1)),
                    Answer("As long", lambda m: m.step_length(1, 1) == m.step_length(0, 1)),
                    Answer("Longer", lambda m: m.step_length(1, 1) > m.step_length(0, 1)),
                ),
            ),
            result="It is {step_length[1, 1]:.3f} long instead of {step_length[0, 1]:.3f}.",
            why=Why(
                "Why is it longer, although m is too small as well?",
                (
                    Reason("v is even further below the size it should have"),
                    Reason("m is too large", "m starts at zero, so it is too small."),
                    Reason("The learning rate is larger", "Both lanes have the same."),
                ),
            ),
            tries=(
                Try(
                    "Let v forget as fast as m",
                    "surface=rosenbrock&steps=60&lane=adam(lr=0.1,beta2=0.9)"
                    "&lane=adam(lr=0.1,beta2=0.9,bias_correction=false)&stop=1",
                    "Now the uncorrected step is the shorter one: {step_length[1, 1]:.3f} instead "
                    "of {step_length[0, 1]:.3f}.",
                    lambda m: m.step_length(1, 1) < m.step_length(0, 1),
                ),
            ),
            slide=Slide(1, "beta2"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="With its default learning rate [Adam](1) is still far from the minimum. Change "
            "its settings.",
            race="surface=rosenbrock&steps=1500&lane=adam",
            goal=Goal(
                "Bring Adam's loss below 0.001 within these 1,500 steps.",
                lambda m: m.ending(0) < 1e-3,
                (
                    "Inside shows how long each step is. Which setting is every step's factor?",
                    "The learning rate is 0.001 by default, for networks. Here the way is longer.",
                    "Try a learning rate a hundred times as large.",
                ),
                "surface=rosenbrock&steps=1500&lane=adam(lr=0.1)",
            ),
        ),
    ),
    sources=(OPTIMIZERS["adam"].paper,),
    not_shown="A race in two dimensions says nothing of how a network generalizes.",
)
