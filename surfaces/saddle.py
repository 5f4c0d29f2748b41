"""A saddle: down one way, up the other."""

from surfaces.surface import Parameter, Surface

SURFACE = Surface(
    name="Saddle",
    family="saddles and plateaus",
    formula="a*x**2 - b*y**2",
    domain=(-1.5, 1.5, -1.5, 1.5),
    start=(1.0, 0.001),
    known=((1.25, 0.5), 1.3125),
    source="The second-order shape of every non-degenerate saddle point",
    teaches="The gradient leads to the saddle point first; what counts is how fast a method finds"
    " the way out.",
    parameters=(
        Parameter("a", 1.0, 0.1, 10.0, help="How steeply it rises along x."),
        Parameter("b", 1.0, 0.1, 10.0, help="How steeply it falls along y."),
    ),
)
