"""Adam, in the order of the article that this lab grew out of."""

from lessons.lesson import Answer, Card, Choice, Flag, Goal, Lesson, Reason, Slide, Try, Why
from lessons.papers import DINH, GOH, KESKAR
from optimizers import OPTIMIZERS
from optimizers.sources import Passage

LESSON = Lesson(
    key="adam",
    place=1,
    title="Adam",
    about="What each part of Adam does, when it wins, and where it fails.",
    cards=(
        Card(
            key="downhill",
            claim="The steepest way down is not the way to the goal.",
            words="A ravine is steep across and gentle along. [SGD](1) steps straight downhill, "
            "and that is almost straight across.",
            more="A step is the learning rate times the gradient, the slope in each direction.",
            math=(r"\theta_t = \theta_{t-1} - \alpha\, g_t",),
            race="surface=ravine&start=1.2,1&steps=60&lane=sgd(lr=1.9)&stop=30&panels=map&future=0",
            holds=lambda m: (
                m.moved(0, 1, 1) > 10 * m.moved(0, 0, 1) and m.at(0, 0, 30) > 0.4 * m.at(0, 0, 0)
            ),
            guess=Flag("The goal is at (0, 0). Where is SGD after 30 steps?", 0, 30),
            result="After 30 steps it is at ({at[0, 0, 30]:.2f}, {at[0, 1, 30]:.2f}). Its first "
            "step went {moved[0, 1, 1]:.1f} across the ravine and only {moved[0, 0, 1]:.2f} along "
            "it.",
            why=Why(
                "Why is it so slow along the ravine?",
                (
                    Reason("The slope along it is gentle, and so are the steps"),
                    Reason(
                        "The learning rate is too small",
                        "At 2.1 it swings ever higher across the ravine.",
                    ),
                    Reason("It has gone the wrong way", "Every step took it a little nearer."),
                ),
            ),
            tries=(
                Try(
                    "Make the bowl round",
                    "surface=ravine(lambda1=1)&start=1.2,1&steps=60&lane=sgd(lr=1.9)"
                    "&stop=30&panels=map",
                    "Now downhill points at the goal, and after 30 steps it is at "
                    "({at[0, 0, 30]:.2f}, {at[0, 1, 30]:.2f}).",
                    lambda m: m.at(0, 0, 30) < 0.1 * m.at(0, 0, 0),
                ),
                Try(
                    "Start straight above the goal",
                    "surface=ravine&start=0,1&steps=60&lane=sgd(lr=1.9)&stop=30&panels=map",
                    "With no way to go along the ravine it is at ({at[0, 0, 30]:.2f}, "
                    "{at[0, 1, 30]:.2f}) after 30 steps.",
                    lambda m: abs(m.at(0, 0, 30)) < 0.01,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="momentum",
            claim="Momentum calms the swinging across the ravine and goes further along it.",
            words="Gradients across the ravine change sign, so in a sum of past gradients they "
            "cancel. Those along it agree, so they add up.",
            more="Adam keeps such a memory too: an average, called m.",
            math=(
                r"\text{Momentum: } b_t = \mu\, b_{t-1} + g_t",
                r"\text{Adam: } m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
            ),
            race="surface=ravine&start=1.2,1&steps=60&lane=sgd(lr=1.9)"
            "&lane=momentum(lr=1.9,momentum=0.5)&panels=map&future=0",
            holds=lambda m: (
                abs(m.at(1, 1, 10)) < 0.3 * abs(m.at(0, 1, 10))
                and m.at(1, 0, 60) < 0.5 * m.at(0, 0, 60)
            ),
            guess=Choice(
                "Both have the learning rate 1.9. Who is nearer to the goal after 60 steps?",
                (
                    Answer("SGD", lambda m: m.distance(0) < 0.9 * m.distance(1)),
                    Answer(
                        "both alike",
                        lambda m: 0.9 * m.distance(1) <= m.distance(0) <= m.distance(1) / 0.9,
                    ),
                    Answer("Momentum", lambda m: m.distance(1) < 0.9 * m.distance(0)),
                ),
            ),
            result="Momentum is {distance[1]:.2f} from the goal, SGD {distance[0]:.2f}.",
            why=Why(
                "What does it remember?",
                (
                    Reason("The gradients of the steps before"),
                    Reason("The lowest loss so far", "It never looks at the loss itself."),
                    Reason("The way to the goal", "No method here knows where the goal is."),
                ),
            ),
            tries=(
                Try(
                    "Remember nothing",
                    "surface=ravine&start=1.2,1&steps=60&lane=sgd(lr=1.9)"
                    "&lane=momentum(lr=1.9,momentum=0)&panels=map",
                    "Without memory momentum is SGD: both are {distance[1]:.2f} from the goal.",
                    lambda m: m.distance(1) == m.distance(0),
                ),
                Try(
                    "Remember almost all",
                    "surface=ravine&start=1.2,1&steps=60&lane=sgd(lr=1.9)"
                    "&lane=momentum(lr=1.9,momentum=0.99)&panels=map",
                    "Now it shoots past: {distance[1]:.2f} from the goal, SGD {distance[0]:.2f}.",
                    lambda m: m.distance(1) > m.distance(0),
                ),
            ),
            slide=Slide(1, "momentum"),
        ),
        Card(
            key="own-step",
            claim="Adam's first step is equally long in both coordinates, however steep each is.",
            words="[v](v) is an average of squared gradients, for each coordinate its own. Adam "
            "divides [m](m) by the root of it.",
            more="At the first step both averages have seen one gradient, so the quotient is that "
            "gradient over its own size.",
            math=(r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",),
            race="surface=rosenbrock&steps=60&lane=adam(lr=0.1)&stop=1&inside=1&future=0",
            holds=lambda m: (
                m.slope(0, 0, 0) > 2 * m.slope(0, 1, 0)
                and abs(m.moved(0, 0, 1) - m.moved(0, 1, 1)) < 1e-6
            ),
            guess=Choice(
                "Here it is steeper across than up. Which part of the first step is longer?",
                (
                    Answer("across", lambda m: m.moved(0, 0, 1) > 1.01 * m.moved(0, 1, 1)),
                    Answer("up", lambda m: m.moved(0, 1, 1) > 1.01 * m.moved(0, 0, 1)),
                    Answer(
                        "neither", lambda m: abs(m.moved(0, 0, 1) / m.moved(0, 1, 1) - 1) < 0.01
                    ),
                ),
            ),
            result="The slopes are {slope[0, 0, 0]:.0f} across and {slope[0, 1, 0]:.0f} up. Both "
            "parts of the step are {moved[0, 0, 1]:.3f} long: the learning rate.",
            why=Why(
                "Why does the slope's size not matter here?",
                (
                    Reason("Adam divides each gradient by its own size"),
                    Reason("Adam looks at the loss only", "It is given a gradient at every step."),
                    Reason(
                        "The surface is equally steep both ways",
                        "Across it is about three times as steep.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Let SGD step instead",
                    "surface=rosenbrock&steps=60&lane=sgd(lr=0.0005)&stop=1&inside=1",
                    "SGD moves {moved[0, 0, 1]:.3f} across and {moved[0, 1, 1]:.3f} up.",
                    lambda m: m.moved(0, 0, 1) > 2 * m.moved(0, 1, 1),
                ),
                Try(
                    "Drown v in a large ε",
                    "surface=rosenbrock&steps=60&lane=adam(lr=0.1,eps=1000)&stop=1&inside=1",
                    "ε = 1000 is added to the root of v. Adam then moves {moved[0, 0, 1]:.3f} "
                    "across and {moved[0, 1, 1]:.3f} up.",
                    lambda m: m.moved(0, 0, 1) > 2 * m.moved(0, 1, 1),
                ),
            ),
            slide=Slide(0, "beta2"),
        ),
        Card(
            key="bias-correction",
            claim="Without bias correction Adam's first steps are too long.",
            words="Both averages start at zero. [m](m) has forgotten that after some tens of "
            "steps, [v](v) after some thousands.",
            more="Bias correction divides by 1 − βᵗ, which makes both averages as large as what "
            "they average.",
            math=(r"\hat m_t = m_t / (1 - \beta_1^t), \quad \hat v_t = v_t / (1 - \beta_2^t)",),
            race="surface=rosenbrock&steps=60&lane=adam(lr=0.1)"
            "&lane=adam(lr=0.1,bias_correction=false)&stop=1",
            holds=lambda m: m.step_length(1, 1) > 3 * m.step_length(0, 1),
            guess=Choice(
                "Without the correction, is the first step shorter or longer?",
                (
                    Answer("shorter", lambda m: m.step_length(1, 1) < 0.99 * m.step_length(0, 1)),
                    Answer(
                        "as long",
                        lambda m: abs(m.step_length(1, 1) / m.step_length(0, 1) - 1) < 0.01,
                    ),
                    Answer("longer", lambda m: m.step_length(1, 1) > 1.01 * m.step_length(0, 1)),
                ),
            ),
            result="It is {times_as_long[1, 0, 1]:.2f} times as long: {step_length[1, 1]:.3f} "
            "instead of {step_length[0, 1]:.3f}.",
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
                    lambda m: m.step_length(1, 1) < 0.99 * m.step_length(0, 1),
                ),
                Try(
                    "Let both forget at once",
                    "surface=rosenbrock&steps=60&lane=adam(lr=0.1,beta1=0,beta2=0)"
                    "&lane=adam(lr=0.1,beta1=0,beta2=0,bias_correction=false)&stop=1",
                    "With β₁ = β₂ = 0 nothing is averaged and nothing is to be corrected: both "
                    "first steps are {step_length[1, 1]:.3f} long.",
                    lambda m: abs(m.step_length(1, 1) / m.step_length(0, 1) - 1) < 0.01,
                ),
            ),
            slide=Slide(1, "beta2"),
        ),
        Card(
            key="rule",
            claim="At its default learning rate Adam does not reach this minimum in 1,500 steps.",
            words="m̂ over the root of v̂ is seldom much above 1. So a step is hardly longer than "
            "the learning rate.",
            more="The defaults are α = 0.001, β₁ = 0.9, β₂ = 0.999. Here 1,500 steps of 0.001 "
            "reach no further than about 1.5.",
            math=(r"\theta_t = \theta_{t-1} - \alpha\, \hat m_t / (\sqrt{\hat v_t} + \epsilon)",),
            race="surface=rosenbrock&lane=adam&lane=adam(lr=0.1)&future=0",
            holds=lambda m: m.ending(0) > 1 and m.ending(1) < 1e-3,
            guess=Choice(
                "One Adam has its default learning rate 0.001, one has 0.1. Who reaches the "
                "minimum?",
                (
                    Answer("only 0.001", lambda m: m.ending(0) < 1e-3 <= m.ending(1)),
                    Answer("only 0.1", lambda m: m.ending(1) < 1e-3 <= m.ending(0)),
                    Answer("both", lambda m: max(m.ending(0), m.ending(1)) < 1e-3),
                ),
            ),
            result="After 1,500 steps the loss is {ending[0]:.3g} at 0.001 and {ending[1]:.1e} at "
            "0.1.",
            why=Why(
                "Why is 0.001 the default all the same?",
                (
                    Reason("Its authors tested it on machine-learning problems, not on this one"),
                    Reason("A larger rate diverges", "Here 0.1 reached the minimum."),
                    Reason("It is best on every problem", "Here it is not."),
                ),
            ),
            tries=(
                Try(
                    "Give it 20,000 steps",
                    "surface=rosenbrock&steps=20000&lane=adam",
                    "It gets there in time: its loss is below 0.001 after "
                    "{first_below[0, 1e-3]:,.0f} steps.",
                    lambda m: m.ending(0) < 1e-3,
                ),
                Try(
                    "Start near the minimum",
                    "surface=rosenbrock&start=0.9,0.8&lane=adam&lane=adam(lr=0.1)",
                    "From (0.9, 0.8) the way is short: its loss is below 0.001 after "
                    "{first_below[0, 1e-3]:.0f} steps.",
                    lambda m: m.ending(0) < 1e-3,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="as-written",
            claim="Who wins depends on the learning rates: at these, Momentum does.",
            words="[Adam](1) at 0.1 races [Momentum](2) and [SGD](3) at 0.001 down Rosenbrock's "
            "curved valley.",
            more="No one learning rate means the same to all three: Adam's steps do not grow with "
            "the slope, and those of the others do.",
            race="surface=rosenbrock&lane=adam(lr=0.1)&lane=momentum(lr=0.001)"
            "&lane=sgd(lr=0.001)&future=0",
            holds=lambda m: m.loss_at(1, 100) < m.loss_at(0, 100) and m.ending(1) < m.ending(0),
            guess=Choice(
                "Who has the lowest loss after 1,500 steps?",
                (
                    Answer("Adam", lambda m: m.ending(0) < min(m.ending(1), m.ending(2))),
                    Answer("Momentum", lambda m: m.ending(1) < min(m.ending(0), m.ending(2))),
                    Answer("SGD", lambda m: m.ending(2) < min(m.ending(0), m.ending(1))),
                ),
            ),
            result="At step 100 Momentum is at {loss_at[1, 100]:.2g}, Adam at "
            "{loss_at[0, 100]:.2g}, SGD at {loss_at[2, 100]:.2g}; after 1,500 at {ending[1]:.1e}, "
            "{ending[0]:.1e} and {ending[2]:.2g}.",
            why=Why(
                "What may one conclude?",
                (
                    Reason("That here, at these learning rates, Momentum was first"),
                    Reason(
                        "That Momentum is better than Adam", "At another learning rate Adam wins."
                    ),
                    Reason("That SGD never arrives", "It was still on its way down."),
                ),
            ),
            tries=(
                Try(
                    "Adam at 0.3",
                    "surface=rosenbrock&lane=adam(lr=0.3)&lane=momentum(lr=0.001)"
                    "&lane=sgd(lr=0.001)",
                    "Now Adam is lowest after 1,500 steps, at {ending[0]:.1e}; Momentum is at "
                    "{ending[1]:.1e}.",
                    lambda m: m.ending(0) < m.ending(1),
                ),
                Try(
                    "Momentum at 0.0001",
                    "surface=rosenbrock&lane=adam(lr=0.1)&lane=momentum(lr=0.0001)"
                    "&lane=sgd(lr=0.001)",
                    "Adam is lowest, at {ending[0]:.1e}; Momentum has come to {ending[1]:.2g}.",
                    lambda m: m.ending(0) < m.ending(1),
                ),
                Try(
                    "Adam at 0.01",
                    "surface=rosenbrock&lane=adam(lr=0.01)&lane=momentum(lr=0.001)"
                    "&lane=sgd(lr=0.001)",
                    "Adam is last, at {ending[0]:.2g}; even SGD is at {ending[2]:.2g}.",
                    lambda m: m.ending(0) > m.ending(2),
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="as-drawn",
            claim="Off this saddle Adam is faster than SGD at the same learning rate.",
            words="They start almost on the line that leads to the saddle point. The way out is "
            "at right angles to it, and hardly slopes there.",
            more="Adam divides even a tiny slope by its own size.",
            race="surface=saddle(a=6,b=3)&domain=-2,2,-2,2&steps=125"
            "&lane=adam(lr=0.01,beta2=0.995)&lane=sgd(lr=0.01)&future=0",
            holds=lambda m: m.first_beyond(0, 1, 1) < 0.8 * m.first_beyond(1, 1, 1) < 120,
            guess=Choice(
                "Who is first to be 1 away from the line?",
                (
                    Answer("Adam", lambda m: m.first_beyond(0, 1, 1) < m.first_beyond(1, 1, 1)),
                    Answer("SGD", lambda m: m.first_beyond(1, 1, 1) < m.first_beyond(0, 1, 1)),
                    Answer("neither", lambda m: m.first_beyond(0, 1, 1) == m.first_beyond(1, 1, 1)),
                ),
            ),
            result="Adam is 1 away at step {first_beyond[0, 1, 1]:.0f}, SGD at step "
            "{first_beyond[1, 1, 1]:.0f}.",
            why=Why(
                "What held SGD up?",
                (
                    Reason("Next to the line the slope across it is tiny, and so was each step"),
                    Reason("Its learning rate is smaller", "Both have 0.01."),
                    Reason("It went uphill", "Its loss fell at every step."),
                ),
            ),
            tries=(
                Try(
                    "Turn the saddle by 45°",
                    "surface=saddle(a=6,b=3,rotate=45)&domain=-2,2,-2,2&steps=125"
                    "&lane=adam(lr=0.01,beta2=0.995)&lane=sgd(lr=0.01)",
                    "Now the way out is along neither axis, and Adam, which scales each axis, is "
                    "still at a loss of {ending[0]:.3f}; SGD is at {ending[1]:.1f}.",
                    lambda m: m.ending(0) > 0 > m.ending(1),
                ),
                Try(
                    "SGD at 0.03",
                    "surface=saddle(a=6,b=3)&domain=-2,2,-2,2&steps=45"
                    "&lane=adam(lr=0.01,beta2=0.995)&lane=sgd(lr=0.03)",
                    "SGD is 1 away at step {first_beyond[1, 1, 1]:.0f}; Adam has come "
                    "{end_y[0]:.2f} by step 45.",
                    lambda m: m.first_beyond(1, 1, 1) < m.first_beyond(0, 1, 1),
                ),
            ),
            slide=Slide(1, "lr"),
        ),
        Card(
            key="flat-minima",
            claim="Noise shakes this SGD out of the sharp well; this Adam stays in it.",
            words="Left a sharp well, right a flat one. Every gradient has noise added, as a "
            "random part of the data would give.",
            more="Flat minima are often held to do better on new data. Here are no data: only who "
            "moves is shown.",
            race="surface=sharp_and_flat&steps=600&noise=1&lane=sgd(lr=0.1)"
            "&lane=adam(lr=0.01)&future=0",
            holds=lambda m: m.end_x(0) > 0.3 and m.end_x(1) < -0.5,
            guess=Choice(
                "Both start in the sharp well. Who ends in the flat one?",
                (
                    Answer("SGD", lambda m: m.end_x(0) > 0.3 and m.end_x(1) < -0.5),
                    Answer("Adam", lambda m: m.end_x(1) > 0.3 and m.end_x(0) < -0.5),
                    Answer("both", lambda m: min(m.end_x(0), m.end_x(1)) > 0.3),
                ),
            ),
            result="SGD ends at x = {end_x[0]:.2f}, in the flat well; Adam at x = {end_x[1]:.2f}, "
            "in the sharp one.",
            why=Why(
                "What threw SGD out?",
                (
                    Reason("Its steps grow with slope and noise, too long for a narrow well"),
                    Reason("The flat well is deeper", "The sharp one is a little deeper."),
                    Reason("It met other noise", "Both met the same."),
                ),
            ),
            tries=(
                Try(
                    "SGD at 0.02",
                    "surface=sharp_and_flat&steps=600&noise=1&lane=sgd(lr=0.02)&lane=adam(lr=0.01)",
                    "With shorter steps SGD stays in the sharp well too, at x = {end_x[0]:.2f}.",
                    lambda m: m.end_x(0) < -0.5,
                ),
                Try(
                    "Start in the flat well",
                    "surface=sharp_and_flat&start=1,0.02&steps=600&noise=1&lane=sgd(lr=0.1)"
                    "&lane=adam(lr=0.01)",
                    "From there Adam ends in the flat well, at x = {end_x[1]:.2f}: it stays where "
                    "it starts.",
                    lambda m: m.end_x(1) > 0.3,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="amsgrad",
            claim="Long after it has arrived Adam jumps away; AMSGrad stays.",
            words="Near the minimum gradients shrink, and with them v, the average of their "
            "squares. [AMSGrad](2) divides by the root of the largest v so far.",
            more="A step is as long as the gradient is large beside the root of v, however small "
            "both are.",
            math=(r"v^{\max}_t = \max(v^{\max}_{t-1}, v_t)",),
            race="surface=rosenbrock&start=0.82,0.74&lane=adam(lr=0.1)&lane=amsgrad(lr=0.1)"
            "&future=0",
            holds=lambda m: (
                m.first_below(0, 1e-10) < 1000
                and m.highest_of_last(0, 400) > 0.1
                and m.highest_of_last(1, 400) < 1e-9
            ),
            guess=Choice(
                "Both reach the minimum within 1,000 steps. What do they do then?",
                (
                    Answer(
                        "both stay",
                        lambda m: max(m.highest_of_last(0, 400), m.highest_of_last(1, 400)) < 0.1,
                    ),
                    Answer(
                        "Adam jumps away",
                        lambda m: m.highest_of_last(0, 400) > 0.1 > m.highest_of_last(1, 400),
                    ),
                    Answer(
                        "AMSGrad jumps away",
                        lambda m: m.highest_of_last(1, 400) > 0.1 > m.highest_of_last(0, 400),
                    ),
                ),
            ),
            result="Adam was below 1e−10 at step {first_below[0, 1e-10]:.0f} and later jumps to "
            "{highest_of_last[0, 400]:.1f}; AMSGrad ends at {ending[1]:.0e}.",
            why=Why(
                "Why can AMSGrad not jump?",
                (
                    Reason("What it divides by never falls below its largest value"),
                    Reason("Its gradients are zero", "They are tiny, as Adam's are."),
                    Reason("Its learning rate is smaller", "Both have 0.1."),
                ),
            ),
            tries=(
                Try(
                    "Both at 0.01",
                    "surface=rosenbrock&start=0.82,0.74&lane=adam(lr=0.01)&lane=amsgrad(lr=0.01)",
                    "At 0.01 Adam does not jump within 1,500 steps and ends at {ending[0]:.0e}.",
                    lambda m: m.highest_of_last(0, 400) < 1e-3,
                ),
                Try(
                    "Let Adam's rate fall to zero",
                    "surface=rosenbrock&start=0.82,0.74&lane=adam(lr=0.1,schedule=cosine)"
                    "&lane=amsgrad(lr=0.1)",
                    "As its learning rate fades Adam stays, and ends at {ending[0]:.0e}.",
                    lambda m: m.highest_of_last(0, 400) < 1e-3,
                ),
            ),
            slide=Slide(0, "lr"),
        ),
        Card(
            key="adamw",
            claim="The same weight decay holds Adam back more here than AdamW.",
            words="Weight decay pulls weights towards zero. [Adam](1) puts the pull into the "
            "gradient, [AdamW](2) applies it to the weights themselves.",
            more="In the gradient it takes part in m and v, and is divided by the root of v.",
            math=(
                r"\text{Adam: } g_t \to g_t + \lambda\, \theta_{t-1}",
                r"\text{AdamW: } \theta_{t-1} \to (1 - \alpha\lambda)\, \theta_{t-1}",
            ),
            race="surface=logistic_regression&steps=400&lane=adam(lr=0.1,weight_decay=0.1)"
            "&lane=adamw(lr=0.1,weight_decay=0.1)&future=0",
            holds=lambda m: m.ending(1) + 0.05 < m.ending(0),
            guess=Choice(
                "Both decay by λ = 0.1. Who fits the data better in the end?",
                (
                    Answer("Adam", lambda m: m.ending(0) + 0.01 < m.ending(1)),
                    Answer("both alike", lambda m: abs(m.ending(0) - m.ending(1)) <= 0.01),
                    Answer("AdamW", lambda m: m.ending(1) + 0.01 < m.ending(0)),
                ),
            ),
            result="The loss on the data is {ending[0]:.3f} for Adam and {ending[1]:.3f} for "
            "AdamW, though λ is the same.",
            why=Why(
                "Which is right?",
                (
                    Reason("Neither: the same λ means two different things"),
                    Reason(
                        "AdamW, as its loss is lower",
                        "Weight decay is there to hold weights back, whatever the loss.",
                    ),
                    Reason(
                        "Adam, as its weights are smaller", "A larger λ makes AdamW's small too."
                    ),
                ),
            ),
            tries=(
                Try(
                    "SGD both ways",
                    "surface=logistic_regression&steps=400&lane=sgd(lr=0.1,weight_decay=0.1)"
                    "&lane=sgdw(lr=0.1,weight_decay=0.1)",
                    "For SGD without momentum both are one: {ending[0]:.3f} and {ending[1]:.3f}.",
                    lambda m: abs(m.ending(0) - m.ending(1)) < 1e-9,
                ),
                Try(
                    "No decay",
                    "surface=logistic_regression&steps=400&lane=adam(lr=0.1)"
                    "&lane=adamw(lr=0.1,weight_decay=0)",
                    "Without decay AdamW is Adam: {ending[0]:.3f} and {ending[1]:.3f}.",
                    lambda m: abs(m.ending(0) - m.ending(1)) < 1e-9,
                ),
            ),
            slide=Slide(1, "weight_decay"),
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
    sources=(
        Passage(OPTIMIZERS["adam"].paper, "Algorithm 1"),
        Passage(OPTIMIZERS["adam"].paper, "section 3"),
        GOH,
        KESKAR,
        DINH,
        Passage(OPTIMIZERS["amsgrad"].paper, "Algorithm 2"),
        Passage(OPTIMIZERS["adamw"].paper, "Algorithm 2"),
    ),
    not_shown="A race in two dimensions says nothing of how a network generalizes, and whether "
    "flat minima do better on new data is disputed.",
)
