"""Rastrigin's egg box."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Rastrigin",
    family="many minima",
    formula="20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)",
    domain=Domain(-5.12, 5.12, -5.12, 5.12),
    start=(-3.3, 2.7),
    minimizers=((0, 0),),
    known=((0.5, 0.5), 40.5),
    source="Rastrigin 1974, Systems of Extremal Control; Molga & Smutnicki 2005, "
    "Test functions for optimization needs",
    teaches="A local minimum in every unit square: descent finds the nearest, not the lowest.",
    showcase="surface=rastrigin&steps=100&lane=sgd(lr=0.001)&lane=adam(lr=0.75)",
    see="SGD settles in the nearest hollow and Adam in one farther off; they end {excess[0]:.1f} "
    "and {excess[1]:.1f} above the lowest, which is in the middle.",
    keywords="local minima, egg box, cosine, grid, rugged, bumpy, multimodal, trapped",
)
