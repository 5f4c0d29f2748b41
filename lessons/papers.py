"""Papers that lessons rest on and no method comes from."""

from __future__ import annotations

from optimizers.sources import OTHERS, Paper

GOH = Paper(("Goh",), 2017, "Why Momentum Really Works", "https://doi.org/10.23915/distill.00006")
WILSON = Paper(
    ("Wilson", OTHERS),
    2017,
    "The Marginal Value of Adaptive Gradient Methods in Machine Learning",
    "https://arxiv.org/abs/1705.08292",
)
BOTTOU = Paper(
    ("Bottou", "Curtis", "Nocedal"),
    2018,
    "Optimization Methods for Large-Scale Machine Learning",
    "https://arxiv.org/abs/1606.04838",
)
COHEN = Paper(
    ("Cohen", OTHERS),
    2021,
    "Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability",
    "https://arxiv.org/abs/2103.00065",
)
KESKAR = Paper(
    ("Keskar", OTHERS),
    2017,
    "On Large-Batch Training for Deep Learning: Generalization Gap and Sharp Minima",
    "https://arxiv.org/abs/1609.04836",
)
DINH = Paper(
    ("Dinh", OTHERS),
    2017,
    "Sharp Minima Can Generalize For Deep Nets",
    "https://arxiv.org/abs/1703.04933",
)
