"""The egg holder: hollows of very different depth, and no bottom.

It is unbounded below and so states no minimum. The one in the books, -959.6407 at
(512, 404.2318), is where the customary square cuts a slope: beyond the border it falls on.
It is not smooth on the lines y + x/2 = -47 and x - y = 47.
"""

from surfaces.surface import Domain, Surface

SURFACE = Surface(
    name="Egg holder",
    family="many minima",
    formula="-(y + 47)*sin(sqrt(abs(y + x/2 + 47))) - x*sin(sqrt(abs(x - y - 47)))",
    domain=Domain(-512, 512, -512, 512),
    start=(150.0, -50.0),
    known=((100.0, 200.0), 289.52532176975937),
    source="Jamil & Yang 2013, no. 53, https://arxiv.org/abs/1308.4008",
    teaches="A thousand units wide: learning rates that suit other surfaces hardly move here, and"
    " end in a hollow near the start.",
    showcase="surface=eggholder&start=200,200&steps=100&lane=sgd(lr=0.1)&lane=adam(lr=0.1)"
    "&lane=adam(lr=60)",
    see="On a picture a thousand units wide, 100 steps at a learning rate of 0.1 move SGD by "
    "{travelled[0]:.0f} and Adam by {travelled[1]:.0f}; at 60 they move Adam by "
    "{travelled[2]:.0f}.",
    keywords="local minima, large, wide, scale, rugged, unbounded, multimodal, learning rate",
)
