"""Branin's function: three minima of equal depth."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Branin",
    family="a few minima",
    formula="(y - 5.1*x**2/(4*pi**2) + 5*x/pi - 6)**2 + 10*(1 - 1/(8*pi))*cos(x) + 10",
    domain=Domain(-5, 10, 0, 15),
    start=(6.0, 14.0),
    # Jamil & Yang print 2.425 for the last coordinate; the formula's is 2.475.
    minimizers=(("-pi", 12.275), ("pi", 2.275), ("3*pi", 2.475)),
    known=((2.5, 7.5), 24.12996441362226),
    source="Branin 1972, IBM Journal of Research and Development 16, 504; Jamil & Yang 2013, "
    "no. 22, https://arxiv.org/abs/1308.4008",
    teaches="Three minima of the same depth: from this start, SGD at 0.01, momentum at 0.03 and "
    "Adam at 0.1 end in three different ones.",
    showcase="surface=branin&steps=600&lane=sgd(lr=0.01)&lane=momentum(lr=0.03)&lane=adam(lr=0.1)",
    see="One start, three ends of the same depth: SGD settles at x = {end_x[0]:.2f}, Momentum at "
    "x = {end_x[1]:.2f} and Adam at x = {end_x[2]:.2f}.",
    keywords="three minima, several minima, global minimum, Bayesian optimization, equal depth, "
    "test function",
    scale="log",
)
