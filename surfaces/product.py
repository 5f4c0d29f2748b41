"""The product of two weights: the smallest deep linear network."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Product",
    family="made to teach",
    formula="(1 - x*y)**2/2",
    domain=Domain(-0.5, 4.5, -0.5, 4.5),
    start=(4.0, 0.2),
    # Every point with xy = 1 is a minimum; this is the flattest and the one nearest to the origin.
    minimizers=((1, 1),),
    known=((2.0, 3.0), 12.5),
    source="Wang et al. 2022, https://arxiv.org/abs/2110.03677; on the edge of stability, "
    "Cohen et al. 2021, https://arxiv.org/abs/2103.00065",
    teaches="Its minima form a curve: a step a little too large for the sharp ones does not make "
    "plain descent diverge but slide to a flatter one.",
    showcase="surface=product&steps=40&lane=sgd(lr=0.05)&lane=sgd(lr=0.15)",
    see="At a learning rate of 0.05 SGD stops at the curve's sharp end, x = {end_x[0]:.1f}; at "
    "0.15 it slides on to x = {end_x[1]:.1f}, where the curve is flatter.",
    keywords="neural network, deep linear, edge of stability, flat, sharpness, two weights, curve "
    "of minima, implicit bias",
    scale="log",
)
