"""McCormick's function: waves across a slope.

It is unbounded below: along its diagonal it falls by π from one hollow to the next. The minimum is
the lowest point of the customary domain.
"""

from surfaces.surface import Surface

SURFACE = Surface(
    name="McCormick",
    family="a few minima",
    formula="sin(x + y) + (x - y)**2 - 1.5*x + 2.5*y + 1",
    domain=(-1.5, 4, -3, 4),
    start=(3.5, 3.0),
    minimizers=(("1/2 - pi/3", "-1/2 - pi/3"),),
    known=((1.0, 2.0), 5.641120008059867),
    source="Jamil & Yang 2013, no. 72, https://arxiv.org/abs/1308.4008",
    teaches="Hollows down a slope: plain descent stops in the first, while momentum with too large "
    "a step rolls through them all and, as nothing ends the slope, never comes to rest.",
    scale="log",
)
