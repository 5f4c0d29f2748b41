"""Booth's function: a tilted quadratic bowl."""

from surfaces.surface import Surface

SURFACE = Surface(
    name="Booth",
    family="bowls and valleys",
    formula="(x + 2*y - 7)**2 + (2*x + y - 5)**2",
    domain=(-10, 10, -10, 10),
    start=(-7.0, -5.0),
    minimizers=((1, 3),),
    known=((2.0, 5.0), 41.0),
    source="Jamil & Yang 2013, no. 20, https://arxiv.org/abs/1308.4008",
    teaches="The friendliest case, a bowl on a diagonal, which scaling each coordinate cannot "
    "make rounder.",
    scale="log",
)
