"""The monkey saddle: three ways down and three ways up, with room for a tail."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Monkey saddle",
    family="saddles and plateaus",
    formula="x**3 - 3*x*y**2",
    domain=Domain(-1.5, 1.5, -1.5, 1.5),
    start=(1.0, 0.001),
    known=((1.25, 0.5), 1.015625),
    source="Hilbert & Cohn-Vossen 1932, Anschauliche Geometrie (the “Affensattel”)",
    teaches="At its centre the curvature vanishes with the slope, so from close by plain descent "
    "leaves it later than an ordinary saddle, and Newton's method finds no curvature to use.",
    showcase="surface=monkey_saddle&steps=60&lane=sgd(lr=0.1)&lane=newton",
    see="Newton's method halves its distance to the flat centre at every step and ends there; SGD "
    "passes by and is below the saddle from step {first_below[0, 0]:.0f}.",
    keywords="saddle point, flat, degenerate, three valleys, cubic, critical point, stationary "
    "point",
)
