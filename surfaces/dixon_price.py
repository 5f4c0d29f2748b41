"""Dixon and Price's function: a valley that forks."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Dixon–Price",
    family="a few minima",
    formula="(x - 1)**2 + 2*(2*y**2 - x)**2",
    domain=Domain(-2, 4, -2, 2),
    start=(3.0, 0.05),
    minimizers=((1, "1/sqrt(2)"), (1, "-1/sqrt(2)")),
    known=((3.0, 2.0), 54.0),
    source="Dixon & Price 1989, Journal of Optimization Theory and Applications 60, 261; "
    "Jamil & Yang 2013, no. 48, https://arxiv.org/abs/1308.4008",
    teaches="Beside the ridge between two equal minima, the method and its learning rate decide "
    "which branch of the valley a path takes.",
    showcase="surface=dixon_price&steps=150&lane=sgd(lr=0.01)&lane=momentum(lr=0.008)",
    see="SGD follows the upper branch to y = {end_y[0]:.2f}; Momentum overshoots the ridge "
    "between the branches and follows the lower one to y = {end_y[1]:.2f}.",
    keywords="fork, two minima, valley, ridge, symmetry, bifurcation",
    scale="log",
)
