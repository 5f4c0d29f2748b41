"""One equation for two weights: which of its solutions a method finds."""

from surfaces.surface import Domain, Parameter, Surface

SURFACE = Surface(
    name="Least norm",
    family="made to teach",
    formula="(a1*x + a2*y - 1)**2/2",
    domain=Domain(-0.5, 1.5, -0.5, 1.5),
    start=(0.0, 0.0),
    # Every point of the line a1 x + a2 y = 1 is a minimum; this is the one nearest to the origin.
    minimizers=(("a1/(a1**2 + a2**2)", "a2/(a1**2 + a2**2)"),),
    known=((2.0, 3.0), 0.845),
    source="Wilson et al. 2017, https://arxiv.org/abs/1705.08292",
    teaches="Every point of a line fits: from the origin, SGD and momentum find the solution of "
    "least norm, while Adam moves both weights alike and finds another.",
    showcase="surface=min_norm&steps=150&lane=sgd(lr=0.1)&lane=adam(lr=0.1)",
    see="Both reach a loss near 0 at different points: SGD at ({end_x[0]:.2f}, {end_y[0]:.2f}), "
    "the solution nearest to the origin, Adam at ({end_x[1]:.2f}, {end_y[1]:.2f}).",
    keywords="many solutions, line of minima, underdetermined, overparameterized, regularization, "
    "least squares, implicit bias, convex",
    scale="log",
    parameters=(
        Parameter(
            "a1",
            1.0,
            1.0,
            2.0,
            symbol="a_1",
            help="How much the first weight counts.",
        ),
        Parameter(
            "a2",
            0.1,
            0.01,
            1.0,
            "log",
            symbol="a_2",
            help="How much the second weight counts.",
        ),
    ),
)
