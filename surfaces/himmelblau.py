"""Himmelblau's function: four minima of equal depth."""

from surfaces.surface import Surface

SURFACE = Surface(
    name="Himmelblau",
    family="a few minima",
    formula="(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
    domain=(-5, 5, -5, 5),
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
    scale="log",
)
