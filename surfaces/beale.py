"""Beale's function: flat in the middle, steep in the corners."""

from surfaces.surface import Surface

SURFACE = Surface(
    name="Beale",
    family="bowls and valleys",
    formula="(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
    domain=(-4.5, 4.5, -4.5, 4.5),
    start=(1.0, 1.0),
    minimizers=((3, 0.5),),
    known=((2.0, 3.0), 3347.203125),
    source="Beale 1958; Jamil & Yang 2013, no. 10, https://arxiv.org/abs/1308.4008",
    teaches="Gradients differ by a factor of 10⁴ between the plateau and the corners, so one "
    "learning rate cannot suit both.",
    scale="log",
)
