"""Easom's function: a needle in a plain."""

from surfaces.surface import Surface

SURFACE = Surface(
    name="Easom",
    family="saddles and plateaus",
    formula="-cos(x)*cos(y)*exp(-(x - pi)**2 - (y - pi)**2)",
    # The customary square, from -100 to 100, shows nothing but the plain.
    domain=(0, 6, 0, 6),
    start=(1.8, 1.8),
    minimizers=(("pi", "pi"),),
    known=((2.0, 3.0), -0.10969436395784397),
    source="Easom 1990, A Survey of Global Optimization Techniques; Jamil & Yang 2013, no. 50, "
    "https://arxiv.org/abs/1308.4008",
    teaches="Three units from the minimum the slope is below a thousandth: a gradient tells "
    "nothing about what it cannot feel.",
)
