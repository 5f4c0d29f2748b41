"""Ackley's function: a funnel in a field of dimples."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Ackley",
    family="many minima",
    formula="-20*exp(-0.2*sqrt((x**2 + y**2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2) + e + 20",
    domain=Domain(-5, 5, -5, 5),
    start=(-3.2, 2.3),
    minimizers=((0, 0),),
    known=((1.5, -2.2), 8.286097382336127),
    source="Ackley 1987; Jamil & Yang 2013, no. 1, https://arxiv.org/abs/1308.4008",
    teaches="Dimples on the way to a sharp tip; momentum can cross dimples that stop plain "
    "descent. At the tip itself the derivative does not exist and counts as 0.",
    showcase="surface=ackley&steps=150&lane=sgd(lr=0.03)&lane=momentum(lr=0.03)",
    see="SGD stops in the first dimple, {distance[0]:.1f} from the tip; Momentum at the same "
    "learning rate rolls through the dimples and ends {distance[1]:.1f} from it.",
    keywords="local minima, dimple, funnel, bumpy, golf, rugged, multimodal, non-smooth",
)
