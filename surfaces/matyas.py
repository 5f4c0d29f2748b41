"""Matyas' function: a nearly flat, diagonal trough."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Matyas",
    family="bowls and valleys",
    formula="0.26*(x**2 + y**2) - 0.48*x*y",
    domain=Domain(-10, 10, -10, 10),
    start=(-8.0, 6.0),
    minimizers=((0, 0),),
    known=((2.0, 3.0), 0.5),
    source="Jamil & Yang 2013, no. 71, https://arxiv.org/abs/1308.4008",
    teaches="A bowl 25 times flatter along its diagonal than across: plain descent is soon in the "
    "trough and then slow along it.",
    showcase="surface=matyas&steps=200&lane=sgd(lr=0.5)&lane=momentum(lr=0.1)",
    see="SGD is soon in the trough but needs {settles[0, 0.1]:.0f} steps to come within 0.1 of "
    "the minimum; Momentum needs {settles[1, 0.1]:.0f}.",
    keywords="simple, easy, bowl, convex, quadratic, plate, trough, flat, slow",
    scale="log",
)
