"""Schaffer's function no. 2: curved valleys with nearly level floors.

Some print the squares elsewhere; this is the form in which it is usually computed.
"""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Schaffer no. 2",
    family="many minima",
    formula="0.5 + (sin(x**2 - y**2)**2 - 0.5)/(1 + 0.001*(x**2 + y**2))**2",
    # The customary square, from -100 to 100, has more valleys than a picture can show.
    domain=Domain(-2.5, 2.5, -2.5, 2.5),
    start=(2.2, -1.0),
    minimizers=((0, 0),),
    known=((1.5, 2.0), 0.9624299061503103),
    source="https://www.sfu.ca/~ssurjano/schaffer2.html; Jamil & Yang 2013, no. 113, "
    "https://arxiv.org/abs/1308.4008",
    teaches="A path drops into the nearest valley within a few steps and then creeps: the floor "
    "is a thousand times gentler than the walls.",
    showcase="surface=schaffer2&steps=100&lane=sgd(lr=0.02)&lane=momentum(lr=0.06)",
    see="SGD drops into a valley within {first_below[0, 0.006]:.0f} steps and hardly moves again; "
    "Momentum rolls on along the floor and ends {travelled[1]:.1f} from where it started.",
    keywords="ripples, rings, curved valleys, flat floor, slow, local minima, multimodal",
)
