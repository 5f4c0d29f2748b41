"""Zakharov's function: walls of the fourth power over a gentle valley."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Zakharov",
    family="bowls and valleys",
    formula="x**2 + y**2 + (x/2 + y)**2 + (x/2 + y)**4",
    domain=Domain(-5, 10, -5, 10),
    start=(-4.0, 8.0),
    minimizers=((0, 0),),
    known=((2.0, 3.0), 285.0),
    source="Jamil & Yang 2013, no. 173, https://arxiv.org/abs/1308.4008",
    teaches="The walls are a hundred times more curved than the bottom: a learning rate that "
    "survives the start is slow at the end.",
    showcase="surface=zakharov&start=6,6&steps=200&lane=sgd(lr=0.001)&lane=adam(lr=0.3)",
    see="On the steep walls SGD falls from {loss_at[0, 0]:.0f} to {loss_at[0, 12]:.0f} in 12 "
    "steps; then it crawls, and ends {distance[0]:.2g} from the minimum, Adam {distance[1]:.1g}.",
    keywords="steep walls, valley, flat bottom, convex, polynomial, quartic",
    scale="log",
)
