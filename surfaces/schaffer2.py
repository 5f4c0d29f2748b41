"""Schaffer's function no. 2: curved valleys with nearly level floors.

Some print the squares elsewhere; this is the form in which it is usually computed.
"""

from surfaces.surface import Surface

SURFACE = Surface(
    name="Schaffer no. 2",
    family="many minima",
    formula="0.5 + (sin(x**2 - y**2)**2 - 0.5)/(1 + 0.001*(x**2 + y**2))**2",
    # The customary square, from -100 to 100, has more valleys than a picture can show.
    domain=(-2.5, 2.5, -2.5, 2.5),
    start=(2.2, -1.0),
    minimizers=((0, 0),),
    known=((1.5, 2.0), 0.9624299061503103),
    source="https://www.sfu.ca/~ssurjano/schaffer2.html; Jamil & Yang 2013, no. 113, "
    "https://arxiv.org/abs/1308.4008",
    teaches="A path drops into the nearest valley within a few steps and then creeps: the floor "
    "is a thousand times gentler than the walls.",
)
