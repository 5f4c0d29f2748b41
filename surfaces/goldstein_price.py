"""Goldstein and Price's function: from 3 to a million."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Goldstein–Price",
    family="a few minima",
    formula="(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
    "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))",
    domain=Domain(-2, 2, -2, 2),
    start=(-1.5, 1.0),
    minimizers=((0, -1),),
    known=((1.5, 0.5), 887.25),
    source="Goldstein & Price 1971, Mathematics of Computation 25, 569; Jamil & Yang 2013, "
    "no. 58, https://arxiv.org/abs/1308.4008",
    teaches="Slopes of 10⁵ throw plain descent out at a learning rate of 10⁻⁵ already; methods "
    "that divide by the gradient's size, as Adam, do not notice.",
    showcase="surface=goldstein_price&steps=300&lane=sgd(lr=0.00001)&lane=sgd(lr=0.000003)"
    "&lane=adam(lr=0.1)",
    see="At a learning rate of 0.00001 the steep slope throws SGD out in {diverged_at[0]:.0f} "
    "steps; at 0.000003 it stays, as Adam does at 0.1.",
    keywords="steep, exploding gradient, diverge, divergence, huge values, polynomial, local "
    "minima",
    scale="log",
)
