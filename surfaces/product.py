"""The product of two weights: the smallest deep linear network."""

from surfaces.surface import Surface

SURFACE = Surface(
    name="Product",
    family="made to teach",
    formula="(1 - x*y)**2/2",
    domain=(-0.5, 4.5, -0.5, 4.5),
    start=(4.0, 0.2),
    # Every point with xy = 1 is a minimum; this is the flattest and the one nearest to the origin.
    minimizers=((1, 1),),
    known=((2.0, 3.0), 12.5),
    source="Wang et al. 2022, https://arxiv.org/abs/2110.03677; on the edge of stability, "
    "Cohen et al. 2021, https://arxiv.org/abs/2103.00065",
    teaches="Its minima form a curve: a step a little too large for the sharp ones does not make "
    "plain descent diverge but slide to a flatter one.",
    scale="log",
)
