"""The drop wave: rings around a hole.

At the origin the formula's derivatives are 0/0 and count as 0: true of the gradient, whereas the
Hessian there is 72.5 times the identity.
"""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Drop wave",
    family="many minima",
    formula="(-1 - cos(12*sqrt(x**2 + y**2)))/(2 + (x**2 + y**2)/2)",
    # The customary square, from -5.12 to 5.12, has more rings than a picture can show.
    domain=Domain(-2, 2, -2, 2),
    start=(1.4, -0.9),
    minimizers=((0, 0),),
    known=((0.6, 0.8), -0.7375415834929968),
    source="Molga & Smutnicki 2005, Test functions for optimization needs; "
    "https://www.sfu.ca/~ssurjano/drop.html",
    teaches="Each ring has a level floor, so where a run rolls into one, nothing points on to the "
    "hole in the middle.",
    showcase="surface=drop_wave&steps=120&lane=sgd(lr=0.01)&lane=adam(lr=0.35)",
    see="Each stops on the floor of a ring, SGD {distance[0]:.1f} and Adam {distance[1]:.1f} from "
    "the hole in the middle: along a ring nothing points to it.",
    keywords="ring, ripples, waves, local minima, circle, water, multimodal",
)
