"""Griewank's function: regular waves on a wide, shallow bowl."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Griewank",
    family="many minima",
    formula="1 + (x**2 + y**2)/4000 - cos(x)*cos(y/sqrt(2))",
    # The customary squares, up to ±600, have more waves than a picture can show.
    domain=Domain(-20, 20, -20, 20),
    start=(-16.0, 11.0),
    minimizers=((0, 0),),
    known=((3.0, 2.0), 1.157633087709871),
    source="Griewank 1981, Journal of Optimization Theory and Applications 34, 11; "
    "Jamil & Yang 2013, no. 59, https://arxiv.org/abs/1308.4008",
    teaches="The bowl leads to the minimum, but its slope is a small part of that of the waves: "
    "the gradient tells only where the nearest trough is.",
    showcase="surface=griewank&start=12,3&steps=150&lane=sgd(lr=0.3)&lane=adam(lr=3)",
    see="SGD settles in the nearest trough, {distance[0]:.0f} from the lowest one in the middle, "
    "and Adam with its longer steps in another, {distance[1]:.0f} from it.",
    keywords="local minima, waves, ripples, bowl, regular, rugged, multimodal",
)
