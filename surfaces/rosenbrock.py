"""Rosenbrock's banana-shaped valley."""

from surfaces.surface import Domain, Parameter, Surface

SURFACE = Surface(
    name="Rosenbrock",
    family="bowls and valleys",
    formula="(a - x)**2 + b*(y - x**2)**2",
    domain=Domain(-2, 2, -1, 3),
    start=(-1.5, 1.5),
    minimizers=(("a", "a**2"),),
    known=((-1.2, 1.0), 24.2),
    source="Rosenbrock 1960, https://doi.org/10.1093/comjnl/3.3.175",
    teaches="The valley is easy to find and slow to follow: it bends, and is far steeper across "
    "than along.",
    showcase="surface=rosenbrock&steps=400&lane=sgd(lr=0.001)&lane=momentum(lr=0.001)",
    see="SGD and Momentum are soon on the valley's floor and then follow its bend: after 400 "
    "steps Momentum is {distance[1]:.2g} from the minimum, SGD still {distance[0]:.2g}.",
    keywords="banana, curved, bent, narrow, classic, slow, benchmark, test function, non-convex",
    scale="log",
    parameters=(
        Parameter("a", 1.0, 0.0, 1.4, help="Where along the valley the minimum lies."),
        Parameter("b", 100.0, 1.0, 1000.0, "log", help="How steep the walls of the valley are."),
    ),
)
