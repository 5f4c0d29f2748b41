"""Rastrigin's egg box."""

from surfaces.surface import Surface

SURFACE = Surface(
    name="Rastrigin",
    family="many minima",
    formula="20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)",
    domain=(-5.12, 5.12, -5.12, 5.12),
    start=(-3.3, 2.7),
    minimizers=((0, 0),),
    known=((0.5, 0.5), 40.5),
    source="Rastrigin 1974, Systems of Extremal Control; Molga & Smutnicki 2005, "
    "Test functions for optimization needs",
    teaches="A local minimum in every unit square: descent finds the nearest, not the lowest.",
)
