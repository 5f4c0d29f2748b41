"""Michalewicz' function: gullies in a plain."""

import math

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Michalewicz",
    family="saddles and plateaus",
    formula="-sin(x)*sin(x**2/pi)**20 - sin(y)*sin(2*y**2/pi)**20",
    domain=Domain(0, math.pi, 0, math.pi),
    start=(1.5, 1.1),
    minimizers=((2.202905520172609, "pi/2"),),
    known=((2.7, 1.3), -0.07558819959328935),
    source="Molga & Smutnicki 2005, Test functions for optimization needs; "
    "https://www.sfu.ca/~ssurjano/michal.html",
    teaches="The minimum is where two gullies cross; on the plain between them the slope is nearly "
    "0, and plain descent hardly moves until it meets one.",
    showcase="surface=michalewicz&steps=150&lane=sgd(lr=0.01)&lane=adam(lr=0.03)",
    see="On the plain SGD moves only {travelled[0]:.1g} in 150 steps; Adam, which divides by the "
    "slope's size, is at the minimum from step {settles[1, 0.02]:.0f}.",
    keywords="flat, gully, plain, valley, steep ridges, vanishing gradient, local minima",
)
