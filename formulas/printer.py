"""The one walk of a formula's tree that writes it: what is where, and what stands in brackets."""

from __future__ import annotations

from formulas.tree import Call, Name, Number, Power, Product, Sum, Tree


class Printer:
    """Writes a formula in a language whose sums and products stand in a line.

    A language says what it calls numbers, names, powers and functions, and what else it writes in
    its own way.
    """

    def text(self, tree: Tree) -> str:
        match tree:
            case Number(text):
                return self.number(text)
            case Name(name):
                return self.name(name)
            case Sum(terms):
                return self.sum(terms)
            case Product(factors):
                return self.product(factors)
            case Power(base, exponent):
                return self.power(base, exponent)
            case Call(name, arguments):
                return self.call(name, arguments)

    def number(self, text: str) -> str:
        raise NotImplementedError

    def name(self, name: str) -> str:
        raise NotImplementedError

    def power(self, base: Tree, exponent: Tree) -> str:
        raise NotImplementedError

    def call(self, name: str, arguments: tuple[Tree, ...]) -> str:
        raise NotImplementedError

    def sum(self, terms: tuple[tuple[str, Tree], ...]) -> str:
        text = "".join(f" {sign} {self.inside(term, Sum)}" for sign, term in terms)
        return text[3:] if terms[0][0] == "+" else f"-{text[3:]}"

    def product(self, factors: tuple[tuple[str, Tree], ...]) -> str:
        text = "".join(f" {sign} {self.inside(factor, Sum, Product)}" for sign, factor in factors)
        return text.removeprefix(" * ")

    def inside(self, tree: Tree, *kinds: type[Tree]) -> str:
        """As text, in brackets if it is of a kind that would come apart where it stands."""
        text = self.text(tree)
        return self.bracket(text) if isinstance(tree, kinds) else text

    def bracket(self, text: str) -> str:
        return f"({text})"
