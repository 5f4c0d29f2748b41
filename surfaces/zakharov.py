"""Zakharov's function: walls of the fourth power over a gentle valley."""

from surfaces.surface import Surface

SURFACE = Surface(
    name="Zakharov",
    family="bowls and valleys",
    formula="x**2 + y**2 + (x/2 + y)**2 + (x/2 + y)**4",
    domain=(-5, 10, -5, 10),
    start=(-4.0, 8.0),
    minimizers=((0, 0),),
    known=((2.0, 3.0), 285.0),
    source="Jamil & Yang 2013, no. 173, https://arxiv.org/abs/1308.4008",
    teaches="The walls are a hundred times more curved than the bottom: a learning rate that "
    "survives the start is slow at the end.",
    scale="log",
)
