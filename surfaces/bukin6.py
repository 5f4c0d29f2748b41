"""Bukin's function no. 6: a valley with a knife's edge for a floor.

It is not smooth: along the floor y = x²/100 no derivative exists (it counts as 0), and next to it
the slope is unbounded.
"""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Bukin no. 6",
    family="bowls and valleys",
    formula="100*sqrt(abs(y - x**2/100)) + abs(x + 10)/100",
    domain=Domain(-15, -5, -3, 3),
    start=(-13.0, 0.5),
    minimizers=((-10, 1),),
    known=((-5.0, 0.5), 50.05),
    source="Jamil & Yang 2013, no. 28, https://arxiv.org/abs/1308.4008",
    teaches="Not smooth: the slope grows without bound towards a floor that has none, and SGD, "
    "momentum and Adam leap across it for ever, at any constant learning rate.",
    showcase="surface=bukin6&start=-7,2.5&steps=150&lane=sgd(lr=0.0003)&lane=momentum(lr=0.00003)"
    "&lane=adam(lr=0.05)",
    see="The valley's floor is a sharp crease: in their last 50 steps SGD, Momentum and Adam "
    "still leap to losses of {highest_of_last[0, 50]:.0f}, {highest_of_last[1, 50]:.0f} and "
    "{highest_of_last[2, 50]:.0f}.",
    keywords="ridge, knife edge, not smooth, nonsmooth, non-differentiable, kink, crease, "
    "absolute value, narrow",
)
