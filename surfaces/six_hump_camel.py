"""The six-hump camel: six minima, two of them the lowest."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Six-hump camel",
    family="a few minima",
    formula="(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + 4*(y**2 - 1)*y**2",
    domain=Domain(-2, 2, -1, 1),
    start=(-1.2, 0.9),
    minimizers=(
        (0.08984201310031806, -0.7126564030207396),
        (-0.08984201310031806, 0.7126564030207396),
    ),
    known=((1.5, 0.5), 693 / 320),
    source="Jamil & Yang 2013, no. 30, https://arxiv.org/abs/1308.4008",
    teaches="From here SGD, momentum and Adam end alike in a hollow that is not the lowest, "
    "unless a step is so long that it overshoots it.",
    showcase="surface=six_hump_camel&steps=100&lane=sgd(lr=0.01)&lane=adam(lr=0.7)",
    see="SGD stops in the hollow nearby, {excess[0]:.2f} above the lowest; Adam, whose longest "
    "step is {longest_step[1]:.2g}, jumps over that hollow and ends in a lowest one.",
    keywords="six minima, local minima, several minima, hump, global minimum",
)
