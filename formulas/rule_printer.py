"""A rule as it is written elsewhere: as functions in Python, in LaTeX with its steps' indices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from formulas.python import CONSTANTS, PythonPrinter, python_name
from formulas.rule import OVER_COORDINATES, Equation, Equations
from formulas.symbolic import NUMPY
from formulas.tree import Power, Product, Sum, Tree, names, parts
from formulas.typeset import LatexPrinter, symbol_of

TAKEN = frozenset({"state", "before", "updates", "params", "self", "norm"})
"""What the functions call something else, beside what every script does."""


class RulePrinter(PythonPrinter):
    """Writes what stands right of an equals sign, for "np", "torch" or "jnp".

    Attributes:
        defined: which of `formulas.python.DEFINED` it calls or, in NumPy, of `symbolic.HELPERS`.
    """

    def __init__(self, library: str, rule: Equations) -> None:
        super().__init__(library)
        self.rule = rule

    def power(self, base: Tree, exponent: Tree) -> str:
        if self.library == "np" and not any(map(self.rule.is_vector, (base, exponent))):
            if any(map(self.rule.follows_run, (base, exponent))):
                # What is a number of one run is an array of several, to whose powers ** differs.
                return f"np.power({self.text(base)}, {self.text(exponent)})"
            if parts(base) and not names(base) - CONSTANTS.keys():
                # A number of NumPy's calls np.power where it meets a kernel's symbol.
                power = self.inside(exponent, Sum, Product, Power)
                return f"float({self.text(base)}) ** {power}"
        return super().power(base, exponent)

    def name(self, name: str) -> str:
        return variable(name) if name not in ("pi", "e") else super().name(name)

    def function(self, name: str) -> str:
        if self.library != "np" or name == "sqrt":
            return super().function(name)
        function = NUMPY[name].__name__
        if not function.startswith("_"):
            return f"np.{function}"
        self.defined[function] = None
        return function

    def call(self, name: str, arguments: tuple[Tree, ...]) -> str:
        if name not in OVER_COORDINATES:
            return super().call(name, arguments)
        inside = self.text(arguments[0])
        if name == "sum":
            return f"{self.library}.sum({inside}, axis=0)"
        return (
            f"norm({inside})" if self.library == "np" else f"{self.library}.linalg.norm({inside})"
        )


def variable(name: str) -> str:
    """What a name of a rule is called in Python."""
    if name == "x":
        return "theta"
    return f"{name}_" if name in TAKEN else python_name(name)


@dataclass(frozen=True)
class Source:
    """A rule as two functions.

    Attributes:
        init: of (theta, *hyperparameters), which returns what is kept before the first step.
        update: of (t, theta, g, state, *hyperparameters), which returns the point and what is kept
            after a step.
        called: the functions that they call beside the library's.
    """

    init: str
    update: str
    called: tuple[str, ...]


def source(rule: Equations, library: str, prefix: str = "", steps: bool = False) -> Source:
    """The functions {prefix}init and {prefix}update.

    Args:
        library: "np", "torch" or "jnp".
        steps: whether what is kept has the whole step, too.
    """
    printer = RulePrinter(library, rule)
    arguments = [variable(letter) for letter in rule.letters]

    def shaped(line: Equation) -> str:
        text = printer.text(line.tree)
        like = "theta" if line.name in rule.vectors else "theta[0]"
        small = line.name in rule.vectors and not rule.is_vector(line.tree)
        if small or not rule.follows_run(line.tree):
            return f"{library}.zeros_like({like}) + ({text})"
        return text

    starts = {line.name: shaped(line) for line in rule.starts}
    asked = [name for name in rule.kept if name in starts or name in _read_before_set(rule)]
    zero = {True: f"{library}.zeros_like(theta)", False: f"{library}.zeros_like(theta[0])"}
    first = {name: starts.get(name, zero[name in rule.vectors]) for name in asked}

    numbers = ["t", *arguments]
    if library == "np":
        numbers = [f"{', '.join(numbers)} = {', '.join(f'np.multiply(1.0, {n})' for n in numbers)}"]
    else:
        numbers = []
    body = list(numbers)
    body += [f'{variable(name)} = state["{name}"]' for name in asked]
    body += ["before = theta"] if steps else []
    body += [f"{variable(line.name)} = {shaped(line)}" for line in rule.lines]
    after = [f"{name!r}: {variable(name)}" for name in rule.kept]
    after += ['"step": before - theta'] if steps else []
    body.append(f"return theta, {_braced(after)}")
    head = [
        n.replace("t, ", "", 1).replace("np.multiply(1.0, t), ", "", 1)
        for n in numbers
        if arguments
    ]
    begin = [*head, f"return {_braced([f'{name!r}: {text}' for name, text in first.items()])}"]
    return Source(
        _function(f"{prefix}init", ["theta", *arguments], begin),
        _function(f"{prefix}update", ["t", "theta", "g", "state", *arguments], body),
        tuple(printer.defined),
    )


def _read_before_set(rule: Equations) -> set[str]:
    """What a step needs of the step before."""
    found: set[str] = set()
    done: set[str] = set()
    for line in rule.lines:
        found |= names(line.tree) - done
        done.add(line.name)
    return found


def _braced(entries: Sequence[str]) -> str:
    return f"{{{', '.join(entries)}}}".replace("'", '"')


def _function(name: str, arguments: Sequence[str], lines: Sequence[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"def {name}({', '.join(arguments)}):\n{body}\n"


# In LaTeX


def letter_latex(letter: str) -> str:
    """A hyperparameter in LaTeX."""
    return symbol_of(letter).latex()


def name_latex(name: str, index: str = "t", primes: str = "") -> str:
    r"""What is kept, in LaTeX, as it is after a step: m_t, \hat v_t, {m_1}_t."""
    return symbol_of("theta" if name == "x" else name).latex(index, primes)


def rule_latex(rule: Equations) -> tuple[str, ...]:
    """The lines in LaTeX: where what is kept starts, and then the steps', with their indices.

    What a later line sets once more has a prime.
    """
    letters = {letter: letter_latex(letter) for letter in rule.letters}
    start = {**letters, "x": r"\theta_0"}
    lines = [
        f"{name_latex(line.name, '0')} = {LatexPrinter(start).text(line.tree)}"
        for line in rule.starts
    ]
    every = [line.name for line in rule.lines]
    now: Mapping[str, str] = {
        **letters,
        **{name: name_latex(name, "t-1") for name in ("x", *rule.kept)},
        "g": "g_t",
    }
    for at, line in enumerate(rule.lines):
        primes = "'" * (every[at:].count(line.name) - 1)
        left = name_latex(line.name, "t", primes)
        lines.append(f"{left} = {LatexPrinter(now).text(line.tree)}")
        now = {**now, line.name: left}
    return tuple(lines)
