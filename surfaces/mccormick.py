"""McCormick's function: waves across a slope.

It is unbounded below: along its diagonal it falls by π from one hollow to the next. The minimum is
the lowest point of the customary domain.
"""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="McCormick",
    family="a few minima",
    formula="sin(x + y) + (x - y)**2 - 1.5*x + 2.5*y + 1",
    domain=Domain(-1.5, 4, -3, 4),
    start=(3.5, 3.0),
    minimizers=(("1/2 - pi/3", "-1/2 - pi/3"),),
    known=((1.0, 2.0), 5.641120008059867),
    source="Jamil & Yang 2013, no. 72, https://arxiv.org/abs/1308.4008",
    teaches="Hollows down a slope: plain descent stops in the first, while momentum with too large "
    "a step rolls through them all and, as nothing ends the slope, never comes to rest.",
    showcase="surface=mccormick&steps=60&lane=momentum(lr=0.05)&lane=momentum(lr=0.1)",
    see="At a learning rate of 0.05 Momentum stops in the first hollow, x = {end_x[0]:.1f}; at "
    "0.1 it rolls on and out of the picture, to x = {end_x[1]:.0f}.",
    keywords="waves, slope, unbounded, sine, overshoot, local minima",
    scale="log",
)
