"""Matyas' function: a nearly flat, diagonal trough."""

from surfaces.surface import Surface

SURFACE = Surface(
    name="Matyas",
    family="bowls and valleys",
    formula="0.26*(x**2 + y**2) - 0.48*x*y",
    domain=(-10, 10, -10, 10),
    start=(-8.0, 6.0),
    minimizers=((0, 0),),
    known=((2.0, 3.0), 0.5),
    source="Jamil & Yang 2013, no. 71, https://arxiv.org/abs/1308.4008",
    teaches="A bowl 25 times flatter along its diagonal than across: plain descent is soon in the "
    "trough and then slow along it.",
    scale="log",
)
