"""The functions of formulas: their names, how many values each takes, how it is shown."""

from __future__ import annotations

FUNCTIONS = {
    "sin": 1,
    "cos": 1,
    "tan": 1,
    "exp": 1,
    "log": 1,
    "sqrt": 1,
    "abs": 1,
    "tanh": 1,
    "sinh": 1,
    "cosh": 1,
    "atan": 1,
    "min": 2,
    "max": 2,
    "sign": 1,
    "pow": 2,
    "cbrt": 1,
    "hypot": 2,
    "log10": 1,
    "log2": 1,
    "log1p": 1,
    "expm1": 1,
    "asin": 1,
    "acos": 1,
    "atan2": 2,
    "sec": 1,
    "csc": 1,
    "cot": 1,
    "asinh": 1,
    "acosh": 1,
    "atanh": 1,
    "sigmoid": 1,
    "softplus": 1,
    "relu": 1,
    "floor": 1,
    "ceil": 1,
    "mod": 2,
    "step": 1,
}
"""How many values each function takes; those in `LISTS`, as many or more."""

LISTS = ("min", "max")

ALIASES = {
    "ln": "log",
    "lg": "log10",
    "ld": "log2",
    "lb": "log2",
    "sgn": "sign",
    "signum": "sign",
    "fabs": "abs",
    "absolute": "abs",
    "power": "pow",
    "minimum": "min",
    "maximum": "max",
    "fmin": "min",
    "fmax": "max",
    "ceiling": "ceil",
    "remainder": "mod",
    "expit": "sigmoid",
    "logistic": "sigmoid",
    "tg": "tan",
    "ctg": "cot",
    "cotan": "cot",
    "cosec": "csc",
    "sh": "sinh",
    "ch": "cosh",
    "th": "tanh",
    "arctg": "atan",
    "arctan2": "atan2",
    "sine": "sin",
    "cosine": "cos",
    "tangent": "tan",
    "exponential": "exp",
    "logarithm": "log",
    "squareroot": "sqrt",
}
ALIASES |= {f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")}
ALIASES |= {f"ar{name}": f"a{name}" for name in ("sinh", "cosh", "tanh")}
"""Other names for them."""

INVERSES = {name: f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")}
INVERSES |= {"exp": "log", "log": "exp"}
"""What people mean by f⁻¹."""

# Names that SymPy, KaTeX and readers of mathematics know are \names; the rest are given here.
_COMMANDS = {
    "log": r"\ln",
    "log10": r"\log_{10}",
    "log2": r"\log_{2}",
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
}
_WORDS = ["sign", "hypot", "log1p", "expm1", "atan2", "asinh", "acosh", "atanh"]
_WORDS += ["sigmoid", "softplus", "relu", "mod", "step", "sum"]
COMMANDS = _COMMANDS | {name: rf"\operatorname{{{name}}}" for name in _WORDS}


def shown(name: str, arguments: list[str], raised: str = "") -> str:
    """LaTeX of a function of what is in LaTeX; raised is the power it is shown with, as ^{2}."""
    inner = ", ".join(arguments)
    around = {
        "abs": rf"\left|{inner}\right|",
        "norm": rf"\left\|{inner}\right\|",
        "floor": rf"\left\lfloor {inner} \right\rfloor",
        "ceil": rf"\left\lceil {inner} \right\rceil",
        "sqrt": rf"\sqrt{{{inner}}}",
        "cbrt": rf"\sqrt[3]{{{inner}}}",
        "exp": f"e^{{{inner}}}",
    }
    if name not in around:
        return COMMANDS.get(name, "\\" + name) + raised + rf"\left({inner}\right)"
    if not raised:
        return around[name]
    # Bars hold together; roots and powers do not.
    alone = name in ("abs", "norm", "floor", "ceil")
    return around[name] + raised if alone else rf"\left({around[name]}\right){raised}"
