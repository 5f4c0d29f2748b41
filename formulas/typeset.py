"""LaTeX for formulas as they were written, and for their derivatives as SymPy has them.

SymPy orders and joins what it holds: 1/2x becomes x/2. A formula as it was written is printed from
its tree, so that it shows how it was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import sympy as sp

from formulas.chain_rule import Derivatives
from formulas.functions import shown
from formulas.printer import Printer
from formulas.signs import GREEK
from formulas.tree import Call, Name, Number, Sum, Tree

TILDE = {"x": r"\tilde{x}", "y": r"\tilde{y}"}
ACCENTS = ("hat", "bar", "tilde")
WORD = r"\mathit"  # a name of several letters, from which the next factor keeps its distance
MAX_SIZE = 300
LONG = sp.Symbol(r"\text{(too long to be shown)}")


@dataclass(frozen=True)
class Symbol:
    """A name in LaTeX, in its parts.

    Attributes:
        letter: with its accent.
        index: empty for none.
        mark: a superscript that belongs to the name.
    """

    letter: str
    index: str = ""
    mark: str = ""

    def latex(self, time: str = "", primes: str = "") -> str:
        """The whole of it; time: an index more, as of a step."""
        text = self.letter + (f"_{{{self.index}}}" if self.index else "")
        if not (time or self.mark):
            return text
        text = f"{{{text}}}" if self.index else text
        text += primes + (f"^{{{self.mark}}}" if self.mark else "")
        return f"{text}_{{{time}}}" if len(time) > 1 else f"{text}_{time}"


def symbol_of(name: str) -> Symbol:
    """How a name is set: k1 as k_{1}, lambda as a Greek letter, v_hat with a hat, avg as a word."""
    stem, *words = name.split("_")
    letter = stem.rstrip("0123456789")
    indices = [stem[len(letter) :]] if stem != letter else []
    if letter == "eps":
        letter = r"\epsilon"
    elif letter in GREEK.values():
        letter = rf"\{letter}"
    elif len(letter) > 1:
        letter = rf"{WORD}{{{letter}}}"
    mark = ""
    for word in words:
        bare = word.rstrip("0123456789")
        indices += [word[len(bare) :]] if word != bare and bare else []
        if bare in ACCENTS:
            letter = rf"\{bare} {letter}" if letter[0] != "\\" else rf"\{bare}{{{letter}}}"
        elif bare == "max":
            mark = r"\max"
        else:
            indices.append(rf"\mathrm{{{bare}}}" if bare else word)
    return Symbol(letter, ",".join(indices), mark)


class Transform(Protocol):
    """What a formula's plane and its loss become: stretched, turned, shifted; multiplied."""

    @property
    def rotate(self) -> float: ...
    @property
    def shift_x(self) -> float: ...
    @property
    def shift_y(self) -> float: ...
    @property
    def scale_x(self) -> float: ...
    @property
    def scale_y(self) -> float: ...
    @property
    def scale_loss(self) -> float: ...
    @property
    def moves(self) -> bool: ...
    @property
    def turn(self) -> tuple[float, float]: ...


def latex(tree: Tree, symbols: Mapping[str, str], transform: Transform) -> str:
    """A formula in the form in which it was written; symbols are LaTeX for names.

    Where the plane is transformed, the formula is one in x̃ and ỹ, which are then given.
    """
    text = LatexPrinter({**symbols, **(TILDE if transform.moves else {})}).text(tree)
    return transformed(text, transform, "xy", tuple(TILDE.values()))


def transformed(text: str, transform: Transform, axes: Sequence[str], moved: Sequence[str]) -> str:
    """A loss of moved coordinates, scaled, and what these are in terms of the axes'."""
    if transform.scale_loss != 1:
        text = rf"{_of_number(transform.scale_loss)} \left[{text}\right]"
    if not transform.moves:
        return text
    back, names = _back(transform)
    names |= dict(zip("xy", axes, strict=True))
    shift = sp.Matrix([_exact(transform.shift_x), _exact(transform.shift_y)])
    place = back * (sp.Matrix(sp.symbols("x y")) - shift)
    for name, coordinate in zip(moved, place, strict=True):
        text += rf", \quad {name} = {_derived(coordinate, names)}"
    return text


def derivatives_latex(
    derivatives: Derivatives, symbols: Mapping[str, str], transform: Transform
) -> tuple[str, ...]:
    """The gradient and the Hessian from those of a formula, (fx, fy, fxx, fxy, fyy).

    One of more than `MAX_SIZE` parts is said to be too long. In x̃ and ỹ, as `latex` has it.
    """
    entries = [_whole(entry, derivatives.pieces) for entry in derivatives.entries]
    names = dict(symbols)
    if transform.moves or transform.scale_loss != 1:
        fx, fy, fxx, fxy, fyy = entries
        back, more = _back(transform)
        loss = _exact(transform.scale_loss)
        gx, gy = loss * back.T * sp.Matrix([fx, fy])
        gxx, gxy, _, gyy = loss * back.T * sp.Matrix([[fxx, fxy], [fxy, fyy]]) * back
        entries = [gx, gy, gxx, gxy, gyy]
        names |= (TILDE if transform.moves else {}) | more
    return tuple(_derived(entry, names) for entry in entries)


def _derived(f: sp.Expr, names: Mapping[str, str]) -> str:
    if f.has(LONG) or _is_long(f):
        return str(LONG.name)
    printed = {sp.Symbol(name): text for name, text in names.items()}
    return str(sp.latex(f, symbol_names=printed, ln_notation=True))


def _whole(f: sp.Expr, pieces: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    for name in reversed(pieces):
        if _is_long(f):
            break
        f = f.xreplace({name: pieces[name]})
    return LONG if _is_long(f) else f


def _is_long(f: sp.Expr) -> bool:
    return next(islice(sp.preorder_traversal(f), MAX_SIZE, None), None) is not None


def _back(transform: Transform) -> tuple[sp.Matrix, dict[str, str]]:
    """The Jacobian of T⁻¹, and LaTeX for the symbols in it.

    Cosine and sine of the angle are numbers at right angles, otherwise symbols.
    """
    cos, sin = sp.symbols("cos sin")
    names = {}
    if transform.rotate % 90 == 0:
        cos, sin = map(int, transform.turn)
    else:
        angle = _bracket(rf"{_of_number(transform.rotate)}^{{\circ}}")
        names = {"cos": rf"\cos{angle}", "sin": rf"\sin{angle}"}
    scale = sp.diag(1 / _exact(transform.scale_x), 1 / _exact(transform.scale_y))
    return scale * sp.Matrix([[cos, sin], [-sin, cos]]), names


def _exact(value: float) -> sp.Rational:
    return sp.Rational(repr(value))


def _of_number(value: float) -> str:
    return _number(f"{value:.12g}")


def _bracket(text: str) -> str:
    return rf"\left({text}\right)"


class LatexPrinter(Printer):
    """Writes a formula in LaTeX; symbols are LaTeX for names."""

    def __init__(self, symbols: Mapping[str, str]) -> None:
        self.symbols = {"pi": r"\pi", **symbols}

    def number(self, text: str) -> str:
        return _number(text)

    def name(self, name: str) -> str:
        return self.symbols.get(name, name)

    def call(self, name: str, arguments: tuple[Tree, ...], raised: str = "") -> str:
        return shown(name, [*map(self.text, arguments)], raised)

    def bracket(self, text: str) -> str:
        return _bracket(text)

    def product(self, factors: tuple[tuple[str, Tree], ...]) -> str:
        (_, first), *rest = factors
        text, is_sum = self.text(first), isinstance(first, Sum)
        for sign, tree in rest:
            if sign == "/":
                text = rf"\frac{{{text}}}{{{self.text(tree)}}}"
            else:
                left, right = _bracket(text) if is_sum else text, self.inside(tree, Sum)
                sign = r" \cdot " if right[0] in ".0123456789" else " "
                text = left + (r" \, " if WORD in text else sign) + right
            is_sum = False
        return _bracket(text) if is_sum else text

    def power(self, base: Tree, exponent: Tree) -> str:
        raised = f"^{{{self.text(exponent)}}}"
        match base:
            case Name():
                return self.text(base) + raised
            case Number(text) if "e" not in text.lower():
                return self.text(base) + raised
            case Call(name, arguments) if isinstance(exponent, Number) or name == "abs":
                return self.call(name, arguments, raised)
        return _bracket(self.text(base)) + raised


def _number(text: str) -> str:
    mantissa, e, exponent = text.lower().removesuffix(".").partition("e")
    if not e:
        return text
    power = f"10^{{{int(exponent)}}}"
    return power if float(mantissa) == 1 else rf"{mantissa} \cdot {power}"
