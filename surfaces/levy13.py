"""Lévy's function no. 13: fine ripples on a bowl."""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Lévy no. 13",
    family="many minima",
    formula="sin(3*pi*x)**2 + (x - 1)**2*(1 + sin(3*pi*y)**2) + (y - 1)**2*(1 + sin(2*pi*y)**2)",
    # The customary square, from -10 to 10, has more ripples than a picture can show.
    domain=Domain(-1, 3, -1, 3),
    start=(-0.7, 2.6),
    minimizers=((1, 1),),
    known=((0.3, 0.2), 2.2475861046343716),
    source="Surjanovic & Bingham 2013, https://www.sfu.ca/~ssurjano/levy13.html",
    teaches="Small steps stop in the first ripple; SGD's larger ones skip ripples towards the "
    "bottom, but cannot come to rest.",
    showcase="surface=levy13&steps=200&lane=sgd(lr=0.001)&lane=sgd(lr=0.025)",
    see="At a learning rate of 0.001 SGD stops in its first ripple, at a loss of {ending[0]:.1f}; "
    "at 0.025 it skips ripples, but the loss keeps swinging up to {highest_of_last[1, 50]:.1g}.",
    keywords="ripples, local minima, sine, learning rate, rugged, multimodal",
)
