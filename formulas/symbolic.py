"""The functions of formulas in SymPy, with their derivatives, and in NumPy.

SymPy's own functions are of complex values, and ask much about them; only sin, cos, tan, exp, log
and atan are used as they are. All others are of real values here. Where one has no derivative:

- sign, step, floor, ceil are flat at their jumps too, as in automatic differentiation; mod(a, b)
  goes on with the slopes that it has beside a jump, 1 in a and -floor(a/b) in b;
- the absolute value has slope 0 at 0, max and min half of each where both are equal;
- relu has slope 0 at 0, as torch.relu has;
- cbrt, whose slope grows without bound towards 0, has slope 0 there; hypot and atan2 have slope 0
  where both of their values are 0, as torch's norm has;
- asin, acos and acosh have infinite slopes at the ends of what they are defined for, as sqrt has.

Values: step(0) is 1, as floor's jumps lie at their upper ends; mod has the sign of what one divides
by, as Python's %; cbrt of a negative number is negative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import sympy as sp

from formulas.functions import shown

# In NumPy, where it has none, or none that is good for large values


def _sec(u: Any) -> Any:
    return 1.0 / np.cos(u)


def _csc(u: Any) -> Any:
    return 1.0 / np.sin(u)


def _cot(u: Any) -> Any:
    return np.cos(u) / np.sin(u)


def _sigmoid(u: Any) -> Any:
    """1/(1 + exp(-u)), accurate for all u; neither exponential overflows."""
    small = np.exp(-np.abs(u))
    return np.where(u >= 0, 1.0, small) / (1.0 + small)


def _softplus(u: Any) -> Any:
    """log(1 + exp(u)), accurate for all u."""
    return np.logaddexp(0.0, u)


def _relu(u: Any) -> Any:
    return np.maximum(u, 0.0)


def _step(u: Any) -> Any:
    return np.heaviside(u, 1.0)


def _above_zero(u: Any) -> Any:
    return np.heaviside(u, 0.0)


def _reciprocal(u: Any) -> Any:
    """1/u, and 0 where u is 0."""
    zero = u == 0
    return np.where(zero, 0.0, 1.0 / np.where(zero, 1.0, u))


def _along(a: Any, b: Any) -> Any:
    """a/hypot(a, b), and 0 where both are 0."""
    return a * _reciprocal(np.hypot(a, b))


# In SymPy


class RealBase(sp.Function):  # type: ignore[misc]
    """A function of real values. Of a function's bases SymPy's printers heed those called …Base.

    Attributes:
        numpy: NumPy's function or one from here.
        partial: whether there are real values for which it is not defined.
    """

    numpy: ClassVar[Callable[..., Any]]
    partial: ClassVar[bool] = False

    @classmethod
    def code(cls) -> str:
        """What it is called where numpy and `HELPERS` are known."""
        name = cls.numpy.__name__
        return f"numpy.{name}" if isinstance(cls.numpy, np.ufunc) else name

    def _latex(self, printer: Any, exp: str = "") -> str:
        text = [printer._print(argument) for argument in self.args]
        return shown(type(self).__name__.lower(), text, f"^{{{exp}}}" if exp else "")


class Sign(RealBase):
    """The sign. SymPy's own has a derivative that is no function."""

    nargs = 1
    numpy = np.sign

    @classmethod
    def eval(cls, value: sp.Expr) -> sp.Expr | None:
        return None if value.free_symbols else sp.Integer(np.sign(float(value)))

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(0)

    def _latex(self, printer: Any, exp: str = "") -> str:
        raised = f"^{{{exp}}}" if exp else ""
        return rf"\operatorname{{sign}}{raised}{{\left({printer._print(self.args[0])} \right)}}"


class Absolute(RealBase):
    """The absolute value."""

    nargs = 1
    numpy = np.abs

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return Sign(self.args[0])

    def _latex(self, printer: Any, exp: str = "") -> str:
        return rf"\left|{{{printer._print(self.args[0])}}}\right|" + (f"^{{{exp}}}" if exp else "")


class Larger(RealBase):
    """The larger of two values. SymPy's own compares all pairs, which can take minutes."""

    nargs = 2
    numpy = np.maximum

    @classmethod
    def eval(cls, a: sp.Expr, b: sp.Expr) -> sp.Expr | None:
        return a if a == b else None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        a, b = self.args
        return (1 + Sign(a - b if argindex == 1 else b - a)) / 2

    def _latex(self, printer: Any, exp: str = "") -> str:
        text = rf"\max\left({', '.join(map(printer._print, self.args))}\right)"
        return rf"\left({text}\right)^{{{exp}}}" if exp else text


class AboveZero(RealBase):
    """1 above 0, otherwise 0: relu's slope."""

    nargs = 1
    numpy = staticmethod(_above_zero)

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(0)

    def _latex(self, printer: Any, exp: str = "") -> str:
        return rf"\left[{printer._print(self.args[0])} > 0\right]" + (f"^{{{exp}}}" if exp else "")


class Reciprocal(RealBase):
    """1/u, and 0 where u is 0: in slopes that count as 0 there."""

    nargs = 1
    numpy = staticmethod(_reciprocal)

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return -(self**2)

    def _latex(self, printer: Any, exp: str = "") -> str:
        text = rf"\frac{{1}}{{{printer._print(self.args[0])}}}"
        return rf"\left({text}\right)^{{{exp}}}" if exp else text


def _min(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    return -Larger(-a, -b)


Slope = Callable[..., sp.Expr]

OURS: dict[str, Slope] = {"abs": Absolute, "sign": Sign, "max": Larger, "min": _min}
"""The functions of formulas that SymPy has not, or not as they are meant here."""

NUMPY: dict[str, Callable[..., Any]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "log": np.log,
    "atan": np.arctan,
    "abs": np.abs,
    "sign": np.sign,
    "min": np.minimum,
    "max": np.maximum,
}
"""Each function of formulas, of numbers, but for sqrt and pow, which are powers."""


def _function(name: str, numpy: Callable[..., Any], *slopes: Slope, partial: bool = False) -> Any:
    """A function of formulas and its slope in each of its values, which depend on all of them."""

    def fdiff(self: RealBase, argindex: int = 1) -> sp.Expr:
        return slopes[argindex - 1](*self.args)

    body = {"nargs": len(slopes), "numpy": staticmethod(numpy), "partial": partial, "fdiff": fdiff}
    made = type(RealBase)(name, (RealBase,), body)  # type: ignore[misc]
    OURS[name], NUMPY[name] = made, numpy
    return made


def _flat(u: sp.Expr) -> sp.Expr:
    return sp.Integer(0)


def _root(u: sp.Expr) -> sp.Expr:
    return u ** sp.Rational(-1, 2)


# SymPy's own hyperbolic functions ask whether their argument is real by splitting it, which takes
# twice as long at each level of nesting.
cosh: Any = _function("cosh", np.cosh, lambda u: sinh(u))
sinh: Any = _function("sinh", np.sinh, lambda u: cosh(u))
tanh: Any = _function("tanh", np.tanh, lambda u: 1 - tanh(u) ** 2)
sec: Any = _function("sec", _sec, lambda u: sec(u) ** 2 * sp.sin(u))
csc: Any = _function("csc", _csc, lambda u: -(csc(u) ** 2) * sp.cos(u))
cot = _function("cot", _cot, lambda u: -(csc(u) ** 2))
asinh = _function("asinh", np.arcsinh, lambda u: _root(u**2 + 1))
acosh = _function("acosh", np.arccosh, lambda u: _root(u - 1) * _root(u + 1), partial=True)
atanh = _function("atanh", np.arctanh, lambda u: 1 / (1 - u) / (1 + u), partial=True)
asin = _function("asin", np.arcsin, lambda u: _root(1 - u) * _root(1 + u), partial=True)
acos = _function("acos", np.arccos, lambda u: -_root(1 - u) * _root(1 + u), partial=True)
log10 = _function("log10", np.log10, lambda u: 1 / (u * sp.log(10)), partial=True)
log2 = _function("log2", np.log2, lambda u: 1 / (u * sp.log(2)), partial=True)
log1p = _function("log1p", np.log1p, lambda u: 1 / (1 + u), partial=True)
expm1 = _function("expm1", np.expm1, lambda u: sp.exp(u))
sigmoid: Any = _function("sigmoid", _sigmoid, lambda u: sigmoid(u) * sigmoid(-u))
softplus = _function("softplus", _softplus, lambda u: sigmoid(u))
relu = _function("relu", _relu, lambda u: AboveZero(u))
step = _function("step", _step, _flat)
floor: Any = _function("floor", np.floor, _flat)
ceil = _function("ceil", np.ceil, _flat)
cbrt: Any = _function("cbrt", np.cbrt, lambda u: Reciprocal(cbrt(u)) ** 2 / 3)
mod = _function("mod", np.mod, lambda a, b: sp.Integer(1), lambda a, b: -floor(a / b))
hypot: Any = _function("hypot", np.hypot, lambda a, b: Along(a, b), lambda a, b: Along(b, a))
atan2 = _function(
    "atan2",
    np.arctan2,
    lambda a, b: Along(b, a) * Reciprocal(hypot(a, b)),
    lambda a, b: -Along(a, b) * Reciprocal(hypot(a, b)),
)


class Along(RealBase):
    """a/hypot(a, b), hypot's slope in a; its own are written so that no digits cancel."""

    nargs = 2
    numpy = staticmethod(_along)

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        a, b = self.args
        other = Along(b, a)
        return (other if argindex == 1 else -Along(a, b)) * other * Reciprocal(hypot(a, b))

    def _latex(self, printer: Any, exp: str = "") -> str:
        a, b = map(printer._print, self.args)
        text = rf"\frac{{{a}}}{{{shown('hypot', [a, b])}}}"
        return rf"\left({text}\right)^{{{exp}}}" if exp else text


HELPERS = {
    helper.__name__: helper
    for helper in (
        *(_sec, _csc, _cot, _sigmoid, _softplus, _relu, _step),
        *(_above_zero, _reciprocal, _along),
    )
}
"""What compiled formulas call beside NumPy."""
