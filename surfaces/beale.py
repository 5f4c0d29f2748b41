"""Beale's function: flat in the middle, steep in the corners."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Beale",
    family="bowls and valleys",
    formula="(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
    domain=Domain(-4.5, 4.5, -4.5, 4.5),
    start=(1.0, 1.0),
    minimizers=((3, 0.5),),
    known=((2.0, 3.0), 3347.203125),
    source="Beale 1958; Jamil & Yang 2013, no. 10, https://arxiv.org/abs/1308.4008",
    teaches="Gradients differ by a factor of 10⁴ between the plateau and the corners, so one "
    "learning rate cannot suit both.",
    showcase="surface=beale&start=-3,-2&steps=300&lane=sgd(lr=0.0003)&lane=adam(lr=0.1)",
    see="SGD's steps shrink from {longest_step[0]:.2g} to {shortest_step[0]:.2g} as the slope "
    "dies away; Adam, which divides by the slope's size, ends at a loss of {ending[1]:.2g} "
    "against {ending[0]:.2g}.",
    keywords="flat, plateau, steep, exploding gradient, polynomial, test function",
    scale="log",
)
