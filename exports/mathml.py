"""A formula in MathML, which browsers draw by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from surfaces import Surface
from surfaces.formula import parse
from surfaces.syntax import Call, Name, Number, Power, Product, Sum, Tree

GREEK = {"kappa": "κ", "lambda": "λ", "varphi": "φ"}
NAMES = {"pi": "π"}
# Fonts without mathematics stretch brackets far beyond what is in them.
OPEN, CLOSE, BAR = (f'<mo stretchy="false">{sign}</mo>' for sign in "()|")


def formula_mathml(surface: Surface) -> str:
    """f(x, y) = … as a <math> element; the formula as it stands before it is transformed."""
    names = {p.name: p.symbol or p.name for p in surface.parameters}
    body = _Writer(names).text(parse(surface.formula, tuple(names)).tree)
    head = f"<mi>f</mi>{OPEN}<mi>x</mi><mo>,</mo><mi>y</mi>{CLOSE}<mo>=</mo>"
    return f'<math display="inline"><mrow>{head}{body}</mrow></math>'


class _Writer:
    def __init__(self, symbols: Mapping[str, str]) -> None:
        self.symbols = symbols

    def text(self, tree: Tree) -> str:
        match tree:
            case Number(text):
                return f"<mn>{escape(text)}</mn>"
            case Name(name):
                return self.name(name)
            case Sum(terms):
                parts = [
                    f"{_operator(sign) if i or sign == '-' else ''}{self.text(term)}"
                    for i, (sign, term) in enumerate(terms)
                ]
                return f"<mrow>{''.join(parts)}</mrow>"
            case Product(factors):
                return self.product(factors)
            case Power(base, exponent):
                return f"<msup>{self.inner(base)}<mrow>{self.text(exponent)}</mrow></msup>"
            case Call("sqrt", (argument,)):
                return f"<msqrt>{self.text(argument)}</msqrt>"
            case Call("abs", (argument,)):
                return f"<mrow>{BAR}{self.text(argument)}{BAR}</mrow>"
            case Call("exp", (argument,)):
                return f"<msup><mi>e</mi><mrow>{self.text(argument)}</mrow></msup>"
            case Call(name, arguments):
                inside = "<mo>,</mo>".join(map(self.text, arguments))
                word = {"log": "ln", "atan": "arctan"}.get(name, name)
                return f"<mrow><mi>{word}</mi>{OPEN}{inside}{CLOSE}</mrow>"

    def product(self, factors: tuple[tuple[str, Tree], ...]) -> str:
        """From left to right: what is divided so far stands above the line."""
        above: list[str] = []
        for sign, factor in factors:
            if sign == "/":
                over = "".join(above)
                above = [f"<mfrac><mrow>{over}</mrow><mrow>{self.text(factor)}</mrow></mfrac>"]
            else:
                number_after = above and isinstance(factor, Number)
                above.append(("<mo>·</mo>" if number_after else "") + self.factor(factor))
        return f"<mrow>{''.join(above)}</mrow>"

    def factor(self, tree: Tree) -> str:
        return self.bracketed(tree) if isinstance(tree, Sum) else self.text(tree)

    def inner(self, tree: Tree) -> str:
        """What is raised to a power."""
        alone = isinstance(tree, Number | Name)
        return self.text(tree) if alone else self.bracketed(tree)

    def bracketed(self, tree: Tree) -> str:
        return f"<mrow>{OPEN}{self.text(tree)}{CLOSE}</mrow>"

    def name(self, name: str) -> str:
        symbol = NAMES.get(name) or self.symbols.get(name, name)
        letter, _, index = symbol.replace("{", "").replace("}", "").partition("_")
        letter = GREEK.get(letter.removeprefix("\\"), letter.removeprefix("\\"))
        main = f"<mi>{escape(letter)}</mi>"
        return f"<msub>{main}<mi>{escape(index)}</mi></msub>" if index else main


def _operator(sign: str) -> str:
    return f"<mo>{'−' if sign == '-' else sign}</mo>"
