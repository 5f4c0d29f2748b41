"""The three-hump camel."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Three-hump camel",
    family="a few minima",
    formula="2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2",
    domain=Domain(-2.5, 2.5, -2.5, 2.5),
    start=(-2.2, 2.0),
    minimizers=((0, 0),),
    known=((2.0, 3.0), 253 / 15),
    source="Jamil & Yang 2013, no. 29, https://arxiv.org/abs/1308.4008",
    teaches="Three valleys, the middle one deepest: momentum decides where a path ends.",
    showcase="surface=three_hump_camel&steps=150&lane=sgd(lr=0.02)&lane=momentum(lr=0.02)",
    see="SGD stops in the first valley, {excess[0]:.2f} above the lowest; Momentum at the same "
    "learning rate rolls over the hump to the lowest point.",
    keywords="three minima, local minima, global minimum, hump, overshoot",
    scale="log",
)
