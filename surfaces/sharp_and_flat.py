"""Two wells of nearly equal depth, one narrow and one wide."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Sharp and flat",
    family="made to teach",
    # The widths are no parameters: the minimum has no formula in them.
    formula="(x**2 + y**2)/20 - exp((-(x + 1)**2 - y**2)/(2*0.15**2))"
    " - exp((-(x - 1)**2 - y**2)/(2*0.7**2))",
    domain=Domain(-2, 2, -1.5, 1.5),
    start=(-1.0, 0.02),
    minimizers=((-0.9961858594526052, 0),),
    known=((-1.3, 0.45), 0.08944063815193193),
    source="A toy of what Hochreiter & Schmidhuber 1997, https://doi.org/10.1162/neco.1997.9.1.1, "
    "and Keskar et al. 2017, https://arxiv.org/abs/1609.04836, describe",
    teaches="With noise on its gradients and a learning rate too large for the sharp well, SGD "
    "leaves it for the flat one, though that is not the deeper.",
    showcase="surface=sharp_and_flat&steps=400&noise=1&seed=0&lane=sgd(lr=0.1)&lane=sgd(lr=0.03)",
    see="Noise throws SGD at 0.1 out of the sharp well into the flat one, to x = {end_x[0]:.1f}; "
    "at 0.03 it stays in the sharp one, at x = {end_x[1]:.1f}.",
    keywords="noise, noisy, stochastic, generalization, neural network, two minima, sharpness",
)
