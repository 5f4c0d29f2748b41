"""Booth's function: a tilted quadratic bowl."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Booth",
    family="bowls and valleys",
    formula="(x + 2*y - 7)**2 + (2*x + y - 5)**2",
    domain=Domain(-10, 10, -10, 10),
    start=(-7.0, -5.0),
    minimizers=((1, 3),),
    known=((2.0, 5.0), 41.0),
    source="Jamil & Yang 2013, no. 20, https://arxiv.org/abs/1308.4008",
    teaches="The friendliest case, a bowl on a diagonal, which scaling each coordinate cannot "
    "make rounder.",
    showcase="surface=booth&start=-8,8&steps=60&lane=sgd(lr=0.1)&lane=adam(lr=0.3)&lane=newton",
    see="Newton's method uses the curvature and arrives in one step; after 60 steps SGD is "
    "{distance[0]:.1g} from the minimum and Adam {distance[1]:.2g}.",
    keywords="simple, easy, bowl, convex, quadratic, parabola, diagonal, rotated",
    scale="log",
)
