"""A quadratic bowl of chosen condition number, turned by a chosen angle."""

from surfaces.surface import Domain, Parameter, Surface

SURFACE = Surface(
    name="Quadratic",
    family="bowls and valleys",
    formula="((x*cos(angle*pi/180) + y*sin(angle*pi/180))**2"
    " + condition*(y*cos(angle*pi/180) - x*sin(angle*pi/180))**2)/2",
    domain=Domain(-2.5, 2.5, -2.5, 2.5),
    start=(-2.0, 1.0),
    minimizers=((0, 0),),
    known=((2.0, 3.0), 114.5),
    source="Nesterov 2004, Introductory Lectures on Convex Optimization, section 2.1",
    teaches="The condition number sets how slow plain descent is; the angle shows which methods "
    "depend on the axes.",
    showcase="surface=quadratic(angle=45)&steps=100&lane=sgd(lr=0.04)&lane=adam(lr=0.1)",
    see="Turned by 45°, the bowl leaves Adam at a loss of {mean_of_last[1, 20]:.2g} and SGD at "
    "{mean_of_last[0, 20]:.2g}; turn the angle back to 0, and Adam is lower than SGD.",
    keywords="simple, easy, bowl, convex, parabola, ellipse, ill-conditioned, rotation, rotated",
    scale="log",
    parameters=(
        Parameter(
            "condition",
            25.0,
            1.0,
            1000.0,
            "log",
            symbol=r"\kappa",
            help="How many times steeper the bowl is across than along.",
        ),
        Parameter(
            "angle",
            0.0,
            0.0,
            90.0,
            symbol=r"\varphi",
            help="How far the bowl is turned from the axes, in degrees.",
        ),
    ),
)
