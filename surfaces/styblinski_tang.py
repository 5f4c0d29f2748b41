"""Styblinski and Tang's function: each coordinate has a deep well and a shallow one."""

from surfaces.surface import Surface

SURFACE = Surface(
    name="Styblinski–Tang",
    family="a few minima",
    formula="(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)/2",
    domain=(-5, 5, -5, 5),
    start=(0.5, -0.5),
    minimizers=((-2.903534027771177, -2.903534027771177),),
    known=((2.0, 3.0), -43.0),
    source="Styblinski & Tang 1990, Neural Networks 3, 467; Jamil & Yang 2013, no. 144, "
    "https://arxiv.org/abs/1308.4008",
    teaches="Four minima, one in each quarter, and only one is the lowest: with small steps SGD, "
    "momentum and Adam all end in the quarter where they start.",
)
