"""Why Adam need not converge: the three problems of Reddi, Kale & Kumar."""

from lessons.lesson import Answer, Card, Choice, Goal, Lesson, Reason, Slide, Try, Why
from optimizers import OPTIMIZERS
from optimizers.sources import Passage

REDDI = OPTIMIZERS["amsgrad"].paper
THEOREM = Passage(REDDI, "Theorem 1")
FIGURE = Passage(REDDI, "section 5, figure 1")

LESSON = Lesson(
    key="why_adam_need_not_converge",
    place=2,
    title="Why Adam need not converge",
    about="On a line, with slopes that change from step to step, Adam goes to the worse end.",
    cards=(
        Card(
            key="wrong-end",
            claim="On this problem Adam goes to the worst point.",
            words="The slope is 3 at every third step, else −1. On average the loss rises with "
            "x, so −1 is the best point.",
            more="As in the paper, without bias correction; the learning rate falls as 1/√t, and "
            "x stays between −1 and 1.",
            math=(r"f_t(x) = 3x \text{ where } t \text{ mod } 3 = 1, \quad -x \text{ else}",),
            race="problem=reddi_deterministic"
            "&lane=adam(lr=0.5,beta1=0,beta2=0.1,bias_correction=false,schedule=inverse_sqrt)"
            "&future=0",
            holds=lambda m: m.mean_at_last(0, 0, 60) > 0.9,
            guess=Choice(
                "Where will Adam be after 200 steps?",
                (
                    Answer("near −1, the best", lambda m: m.mean_at_last(0, 0, 60) < -0.8),
                    Answer("in the middle", lambda m: abs(m.mean_at_last(0, 0, 60)) <= 0.8),
                    Answer("near +1, the worst", lambda m: m.mean_at_last(0, 0, 60) > 0.8),
                ),
            ),
            result="Adam is above 0.9 from step {first_beyond[0, 0, 0.9]:.0f} on and ends at "
            "{end_x[0]:.2f}.",
            why=Why(
                "What leads Adam astray?",
                (
                    Reason("It divides the one steep slope by that slope's own size"),
                    Reason("The mean slope is negative", "3 − 1 − 1 = 1, so the mean slope is ⅓."),
                    Reason(
                        "Its learning rate falls too soon",
                        "It had time to go all the way to the wrong end.",
                    ),
                ),
            ),
            tries=(
                Try(
                    "Let v remember for longer",
                    "problem=reddi_deterministic"
                    "&lane=adam(lr=0.5,beta1=0,beta2=0.9,bias_correction=false,"
                    "schedule=inverse_sqrt)",
                    "With β₂ = 0.9 v still knows the steep slope at the gentle ones, and Adam ends "
                    "at {end_x[0]:.2f}.",
                    lambda m: m.mean_at_last(0, 0, 60) < -0.9,
                ),
                Try(
                    "Give Adam a memory m",
                    "problem=reddi_deterministic"
                    "&lane=adam(lr=0.5,beta2=0.1,bias_correction=false,schedule=inverse_sqrt)",
                    "With β₁ = 0.9 m is nearly the mean slope, and Adam ends at {end_x[0]:.2f}.",
                    lambda m: m.mean_at_last(0, 0, 60) < -0.9,
                ),
                Try(
                    "Make the steep slope 20",
                    "problem=reddi_deterministic(C=20)"
                    "&lane=adam(lr=0.5,beta1=0,beta2=0.1,bias_correction=false,"
                    "schedule=inverse_sqrt)",
                    "v cannot forget so steep a slope within two steps: Adam ends at "
                    "{end_x[0]:.2f}.",
                    lambda m: m.mean_at_last(0, 0, 60) < -0.9,
                ),
            ),
            after=THEOREM,
            slide=Slide(0, "beta2"),
        ),
        Card(
            key="three-steps",
            claim="One steep step takes Adam less far back than two gentle steps take it on.",
            words="Step 4 meets the slope 3, which pushes towards −1. Steps 5 and 6 meet the slope "
            "−1 and push the other way.",
            more="Each is divided by the root of [v](v), an average of squared slopes that soon "
            "forgets.",
            math=(r"x_t = x_{t-1} - \alpha_t\, g_t / \sqrt{v_t}",),
            race="problem=reddi_deterministic"
            "&lane=adam(lr=0.5,beta1=0,beta2=0.1,bias_correction=false,schedule=inverse_sqrt)"
            "&step=3&stop=6&inside=1&future=0",
            holds=lambda m: m.moved(0, 0, 4) < 0.8 * (m.moved(0, 0, 5) + m.moved(0, 0, 6)),
            guess=Choice(
                "Where do steps 4, 5 and 6 together lead?",
                (
                    Answer("towards −1", lambda m: m.at(0, 0, 6) < m.at(0, 0, 3) - 0.02),
                    Answer("nowhere", lambda m: abs(m.at(0, 0, 6) - m.at(0, 0, 3)) <= 0.02),
                    Answer("towards +1", lambda m: m.at(0, 0, 6) > m.at(0, 0, 3) + 0.02),
                ),
            ),
            result="Step 4 goes {moved[0, 0, 4]:.3f} back; steps 5 and 6 go {moved[0, 0, 5]:.3f} "
            "and {moved[0, 0, 6]:.3f} on.",
            why=Why(
                "Why is the steep step not three times as long?",
                (
                    Reason("At that step v has just grown by its square"),
                    Reason("Its learning rate is smaller", "It falls slowly, and 4 comes first."),
                    Reason("It hits the end of the line", "At step 4 x is near the middle."),
                ),
            ),
            tries=(
                Try(
                    "Let SGD take them",
                    "problem=reddi_deterministic&lane=sgd(lr=0.1,schedule=inverse_sqrt)"
                    "&step=3&stop=6&inside=1",
                    "SGD goes {moved[0, 0, 4]:.3f} back, and {moved[0, 0, 5]:.3f} and "
                    "{moved[0, 0, 6]:.3f} on: it follows the mean.",
                    lambda m: m.moved(0, 0, 4) > m.moved(0, 0, 5) + m.moved(0, 0, 6),
                ),
                Try(
                    "Let AMSGrad take them",
                    "problem=reddi_deterministic"
                    "&lane=amsgrad(lr=0.5,beta1=0,beta2=0.1,bias_correction=false,"
                    "schedule=inverse_sqrt)&step=3&stop=6&inside=1",
                    "AMSGrad divides all three by the steep slope: {moved[0, 0, 4]:.3f} back, "
                    "{moved[0, 0, 5]:.3f} and {moved[0, 0, 6]:.3f} on.",
                    lambda m: m.moved(0, 0, 4) > m.moved(0, 0, 5) + m.moved(0, 0, 6),
                ),
            ),
            slide=Slide(0, "beta2"),
        ),
        Card(
            key="amsgrad",
            claim="AMSGrad goes to the best point where Adam goes to the worst.",
            words="[AMSGrad](2) divides by the root of the largest v so far. The steep slope, once "
            "seen, is never forgotten.",
            more="All else is as in [Adam](1).",
            math=(r"v^{\max}_t = \max(v^{\max}_{t-1}, v_t)",),
            race="problem=reddi_deterministic"
            "&lane=adam(lr=0.5,beta1=0,beta2=0.1,bias_correction=false,schedule=inverse_sqrt)"
            "&lane=amsgrad(lr=0.5,beta1=0,beta2=0.1,bias_correction=false,schedule=inverse_sqrt)"
            "&future=0",
            holds=lambda m: m.mean_at_last(0, 0, 60) > 0.9 and m.mean_at_last(1, 0, 60) < -0.9,
            guess=Choice(
                "Where will AMSGrad be after 200 steps?",
                (
                    Answer("near −1, the best", lambda m: m.mean_at_last(1, 0, 60) < -0.8),
                    Answer("in the middle", lambda m: abs(m.mean_at_last(1, 0, 60)) <= 0.8),
                    Answer("near +1, the worst", lambda m: m.mean_at_last(1, 0, 60) > 0.8),
                ),
            ),
            result="AMSGrad is below −0.9 at step {first_beyond[1, 0, -0.9]:.0f} and ends at "
            "{end_x[1]:.2f}; Adam ends at {end_x[0]:.2f}.",
            why=Why(
                "What does the maximum change?",
                (
                    Reason("Steep and gentle slopes are divided by the same number"),
                    Reason("Its steps are longer", "A larger divisor makes shorter steps."),
                    Reason("It knows where −1 is", "It is told slopes only, as Adam is."),
                ),
            ),
            tries=(
                Try(
                    "Let v remember for longer",
                    "problem=reddi_deterministic"
                    "&lane=adam(lr=0.5,beta1=0,beta2=0.9,bias_correction=false,"
                    "schedule=inverse_sqrt)"
                    "&lane=amsgrad(lr=0.5,beta1=0,beta2=0.9,bias_correction=false,"
                    "schedule=inverse_sqrt)",
                    "With β₂ = 0.9 Adam needs no help: it ends at {end_x[0]:.2f}, AMSGrad at "
                    "{end_x[1]:.2f}.",
                    lambda m: m.mean_at_last(0, 0, 60) < -0.9,
                ),
                Try(
                    "Make the steep slope 20",
                    "problem=reddi_deterministic(C=20)"
                    "&lane=adam(lr=0.5,beta1=0,beta2=0.1,bias_correction=false,"
                    "schedule=inverse_sqrt)"
                    "&lane=amsgrad(lr=0.5,beta1=0,beta2=0.1,bias_correction=false,"
                    "schedule=inverse_sqrt)",
                    "At 20 both end near −1, Adam at {end_x[0]:.2f} and AMSGrad at {end_x[1]:.2f}.",
                    lambda m: m.mean_at_last(0, 0, 60) < -0.9,
                ),
            ),
            slide=Slide(0, "beta2"),
        ),
        Card(
            key="online",
            claim="With momentum and bias correction too, Adam can stay at the wrong end.",
            words="Now one step in 101 has the slope 1010, all others −10. On average the loss "
            "still rises with x.",
            more="β₁ = 0.9 and β₂ = 0.99, as in the paper. A slope counts about a third as "
            "much in v after 100 steps.",
            math=(
                r"f_t(x) = 1010\,x \text{ where } t \text{ mod } 101 = 1, "
                r"\quad -10\,x \text{ else}",
            ),
            race="problem=reddi_online&lane=adam(lr=0.01,beta2=0.99)"
            "&lane=amsgrad(lr=0.01,beta2=0.99)&future=0",
            holds=lambda m: m.mean_at_last(0, 0, 1010) > 0.7 and m.mean_at_last(1, 0, 1010) < -0.7,
            guess=Choice(
                "Which of the two ends near −1, the best point?",
                (
                    Answer(
                        "only Adam",
                        lambda m: m.mean_at_last(0, 0, 1010) < -0.7 <= m.mean_at_last(1, 0, 1010),
                    ),
                    Answer(
                        "only AMSGrad",
                        lambda m: m.mean_at_last(1, 0, 1010) < -0.7 <= m.mean_at_last(0, 0, 1010),
                    ),
                    Answer(
                        "both",
                        lambda m: (
                            max(m.mean_at_last(0, 0, 1010), m.mean_at_last(1, 0, 1010)) < -0.7
                        ),
                    ),
                ),
            ),
            result="AMSGrad is below −0.9 at step {first_beyond[1, 0, -0.9]:,.0f}. Over the last "
            "1,010 steps Adam is at {mean_at_last[0, 0, 1010]:.2f} on average, AMSGrad at "
            "{mean_at_last[1, 0, 1010]:.2f}.",
            why=Why(
                "Why does AMSGrad take so many steps?",
                (
                    Reason("It divides by a large v, so its steps are short"),
                    Reason("It goes to +1 first", "It moved towards −1 round by round."),
                    Reason("Its learning rate falls", "Here it is constant."),
                ),
            ),
            tries=(
                Try(
                    "Let v remember for longer",
                    "problem=reddi_online&lane=adam(lr=0.01,beta2=0.9999)",
                    "With β₂ = 0.9999 Adam too goes to −1: it is at "
                    "{mean_at_last[0, 0, 1010]:.2f}.",
                    lambda m: m.mean_at_last(0, 0, 1010) < -0.7,
                ),
                Try(
                    "Let SGD run",
                    "problem=reddi_online&lane=sgd(lr=0.0001)",
                    "SGD follows the mean slope: it is at {mean_at_last[0, 0, 1010]:.2f}.",
                    lambda m: m.mean_at_last(0, 0, 1010) < -0.7,
                ),
            ),
            after=FIGURE,
            slide=Slide(0, "beta2"),
        ),
        Card(
            key="by-chance",
            claim="Where the steep steps come by chance, Adam stays near the wrong end as well.",
            words="Each step has the slope 1010 with probability 1 in 100, and −10 otherwise. The "
            "mean slope is 0.2, so −1 is the best point.",
            more="Both meet the same slopes, which the seed draws.",
            math=(r"f_t(x) = 1010\,x \text{ with probability } 0.01, \quad -10\,x \text{ else}",),
            race="problem=reddi_stochastic&steps=8000&seed=6&lane=adam(lr=0.01,beta2=0.99)"
            "&lane=amsgrad(lr=0.01,beta2=0.99)&future=0",
            holds=lambda m: m.mean_at_last(0, 0, 1000) > 0.7 and m.mean_at_last(1, 0, 1000) < -0.4,
            guess=Choice(
                "With this seed, who is on the better side of 0 after 8,000 steps?",
                (
                    Answer(
                        "only Adam",
                        lambda m: m.mean_at_last(0, 0, 1000) < 0 <= m.mean_at_last(1, 0, 1000),
                    ),
                    Answer(
                        "only AMSGrad",
                        lambda m: m.mean_at_last(1, 0, 1000) < 0 <= m.mean_at_last(0, 0, 1000),
                    ),
                    Answer(
                        "neither",
                        lambda m: min(m.mean_at_last(0, 0, 1000), m.mean_at_last(1, 0, 1000)) >= 0,
                    ),
                ),
            ),
            result="Over the last 1,000 steps Adam is at {mean_at_last[0, 0, 1000]:.2f} on "
            "average, AMSGrad at {mean_at_last[1, 0, 1000]:.2f}.",
            why=Why(
                "What would another seed change?",
                (
                    Reason("When the steep steps come, and so where AMSGrad is by now"),
                    Reason("The mean slope", "It is the same; only what is drawn differs."),
                    Reason("Nothing", "With seed 2 AMSGrad is elsewhere."),
                ),
            ),
            tries=(
                Try(
                    "Draw anew: seed 2",
                    "problem=reddi_stochastic&steps=8000&seed=2&lane=adam(lr=0.01,beta2=0.99)"
                    "&lane=amsgrad(lr=0.01,beta2=0.99)",
                    "With seed 2 AMSGrad is at the wrong end too, at "
                    "{mean_at_last[1, 0, 1000]:.2f}; Adam is at {mean_at_last[0, 0, 1000]:.2f}.",
                    lambda m: m.mean_at_last(1, 0, 1000) > 0,
                ),
                Try(
                    "Let Adam's v remember for longer",
                    "problem=reddi_stochastic&steps=8000&seed=6&lane=adam(lr=0.01,beta2=0.9999)"
                    "&lane=amsgrad(lr=0.01,beta2=0.99)",
                    "With β₂ = 0.9999 Adam is on the better side as well, at "
                    "{mean_at_last[0, 0, 1000]:.2f}.",
                    lambda m: m.mean_at_last(0, 0, 1000) < 0,
                ),
            ),
            after=FIGURE,
            slide=Slide(0, "beta2"),
        ),
        Card(
            key="your-turn",
            claim="",
            words="This is the first card's problem, where [Adam](1) goes to +1. Lead it to the "
            "best point by its settings, without another method.",
            race="problem=reddi_deterministic"
            "&lane=adam(lr=0.5,beta1=0,beta2=0.1,bias_correction=false,schedule=inverse_sqrt)",
            goal=Goal(
                "Let Adam end below x = −0.9.",
                lambda m: m.method(0) == "adam" and m.end_x(0) < -0.9,
                (
                    "v forgets the steep slope before the next one comes.",
                    "β₂ says how much of v is kept from step to step.",
                    "Try β₂ = 0.9.",
                ),
                "problem=reddi_deterministic"
                "&lane=adam(lr=0.5,beta1=0,beta2=0.9,bias_correction=false,schedule=inverse_sqrt)",
            ),
        ),
    ),
    sources=(
        THEOREM,
        FIGURE,
        Passage(OPTIMIZERS["adam"].paper, "Algorithm 1"),
    ),
    not_shown="These problems were made so that Adam fails; they do not show how often it fails on "
    "others. Where the steep steps come by chance, the seed decides where AMSGrad ends.",
)
