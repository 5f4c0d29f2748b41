"""A ravine along the axes."""

from surfaces.surface import Domain, Parameter, Surface

SURFACE = Surface(
    name="Ravine",
    family="bowls and valleys",
    formula="(lambda1*x**2 + lambda2*y**2)/2",
    domain=Domain(-1.5, 1.5, -1.5, 1.5),
    start=(1.0, 1.0),
    minimizers=((0, 0),),
    known=((2.0, 3.0), 4.52),
    source="Goh 2017, Why Momentum Really Works, https://distill.pub/2017/momentum/",
    teaches="The steep direction limits the learning rate and the gentle one pays for it: at "
    "their best, momentum saves a factor that grows as √(λ₂/λ₁).",
    showcase="surface=ravine&start=1.4,0.3&steps=300&lane=sgd(lr=1.95)"
    "&lane=momentum(lr=3.2,momentum=0.67)",
    see="With nearly the best settings of each, SGD needs {settles[0, 0.02]:.0f} steps to come "
    "within 0.02 of the minimum and Momentum {settles[1, 0.02]:.0f}.",
    keywords="simple, bowl, valley, narrow, convex, quadratic, condition number, ill-conditioned, "
    "zigzag",
    scale="log",
    parameters=(
        Parameter(
            "lambda1",
            0.01,
            0.001,
            1.0,
            "log",
            symbol=r"\lambda_1",
            help="The curvature along x.",
        ),
        Parameter(
            "lambda2",
            1.0,
            0.1,
            10.0,
            "log",
            symbol=r"\lambda_2",
            help="The curvature along y.",
        ),
    ),
    curvatures=("lambda1", "lambda2"),
)
