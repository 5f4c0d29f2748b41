"""Himmelblau's function: four minima of equal depth."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Himmelblau",
    family="a few minima",
    formula="(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
    domain=Domain(-5, 5, -5, 5),
    start=(0.0, -4.0),
    minimizers=(
        (3, 2),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    ),
    known=((2.0, -3.0), 116.0),
    source="Himmelblau 1972, Applied Nonlinear Programming",
    teaches="Four minima of the same depth: which one a method finds depends on its step.",
    showcase="surface=himmelblau&steps=30&lane=sgd(lr=0.01)&lane=sgd(lr=0.02)",
    see="The same method from the same start: SGD at 0.01 ends at ({end_x[0]:.1f}, "
    "{end_y[0]:.1f}), at twice the rate in another minimum, at ({end_x[1]:.1f}, {end_y[1]:.1f}).",
    keywords="four minima, several minima, equal depth, learning rate, basin, classic, test "
    "function",
    scale="log",
)
