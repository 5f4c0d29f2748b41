"""A long shelf above a valley, as a saturated unit of a network sees it."""

from surfaces.surface import Domain, Parameter, Surface

SURFACE = Surface(
    name="Plateau",
    family="saddles and plateaus",
    formula="tanh(steepness*x)**2 + y**2/2",
    domain=Domain(-2, 6, -3, 3),
    start=(4.0, 2.0),
    minimizers=((0, 0),),
    known=((1.0, 0.5), 0.7050256583859739),
    source="Made for this lab, after the saturated tanh units of Glorot & Bengio 2010, "
    "https://proceedings.mlr.press/v9/glorot10a.html",
    teaches="On the shelf the gradient vanishes, and with it the steps of plain descent; methods "
    "that divide by the gradient's size cross it at full speed.",
    showcase="surface=plateau&steps=150&lane=sgd(lr=0.1)&lane=adam(lr=0.1)",
    see="The shelf holds SGD, which after 150 steps is still {distance[0]:.2g} from the minimum; "
    "Adam, which divides by the slope's size, is there from step {settles[1, 0.05]:.0f}.",
    keywords="flat, shelf, vanishing gradient, saturation, saturated, tanh, sigmoid, neural, step",
    parameters=(
        Parameter(
            "steepness",
            1.0,
            0.5,
            2.0,
            symbol="k",
            help="How soon the slope dies out along the shelf.",
        ),
    ),
)
