"""Styblinski and Tang's function: each coordinate has a deep well and a shallow one."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Styblinski–Tang",
    family="a few minima",
    formula="(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)/2",
    domain=Domain(-5, 5, -5, 5),
    start=(0.5, -0.5),
    minimizers=((-2.903534027771177, -2.903534027771177),),
    known=((2.0, 3.0), -43.0),
    source="Styblinski & Tang 1990, Neural Networks 3, 467; Jamil & Yang 2013, no. 144, "
    "https://arxiv.org/abs/1308.4008",
    teaches="Four minima, one in each quarter, and only one is the lowest: with small steps SGD, "
    "momentum and Adam all end in the quarter where they start.",
    showcase="surface=styblinski_tang&steps=120&lane=sgd(lr=0.01)&lane=momentum(lr=0.005)"
    "&lane=adam(lr=0.1)",
    see="SGD, Momentum and Adam all end near ({end_x[0]:.2f}, {end_y[0]:.2f}), in the quarter "
    "where they start, {excess[0]:.0f} above the lowest minimum.",
    keywords="local minima, global minimum, quartic, trapped, basin",
)
