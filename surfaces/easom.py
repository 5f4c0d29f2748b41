"""Easom's function: a needle in a plain."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Easom",
    family="saddles and plateaus",
    formula="-cos(x)*cos(y)*exp(-(x - pi)**2 - (y - pi)**2)",
    # The customary square, from -100 to 100, shows nothing but the plain.
    domain=Domain(0, 6, 0, 6),
    start=(1.8, 1.8),
    minimizers=(("pi", "pi"),),
    known=((2.0, 3.0), -0.10969436395784397),
    source="Easom 1990, A Survey of Global Optimization Techniques; Jamil & Yang 2013, no. 50, "
    "https://arxiv.org/abs/1308.4008",
    teaches="Three units from the minimum the slope is below a thousandth: a gradient tells "
    "nothing about what it cannot feel.",
    showcase="surface=easom&steps=150&lane=sgd(lr=0.01)&lane=adam(lr=0.1)",
    see="On the plain SGD moves only {travelled[0]:.1g} in 150 steps; Adam, which divides by the "
    "slope's size, is in the hole from step {settles[1, 0.05]:.0f}.",
    keywords="needle in a haystack, flat, plain, hole, vanishing gradient, neural, non-convex",
)
