"""A saddle: down one way, up the other."""

from surfaces.surface import Domain, Parameter, Surface

SURFACE = Surface(
    name="Saddle",
    family="saddles and plateaus",
    formula="a*x**2 - b*y**2",
    domain=Domain(-1.5, 1.5, -1.5, 1.5),
    start=(1.0, 0.001),
    known=((1.25, 0.5), 1.3125),
    source="The second-order shape of every non-degenerate saddle point",
    teaches="The gradient leads to the saddle point first; what counts is how fast a method finds"
    " the way out.",
    showcase="surface=saddle&steps=70&lane=sgd(lr=0.01)&lane=momentum(lr=0.01)&lane=adam(lr=0.01)",
    see="After 70 steps Momentum and Adam are off the saddle, at y = {end_y[1]:.2f} and "
    "{end_y[2]:.2f}, SGD only at {end_y[0]:.1g}; turn the surface by 45°, and Adam is late too.",
    keywords="saddle point, pass, escape, critical point, stationary point, hyperbolic, "
    "quadratic, simple, flat",
    parameters=(
        Parameter("a", 1.0, 0.1, 10.0, help="How steeply it rises along x."),
        Parameter("b", 1.0, 0.1, 10.0, help="How steeply it falls along y."),
    ),
)
