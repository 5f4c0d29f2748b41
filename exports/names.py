"""What a script calls a parameter: by its name, unless Python or the script means another."""

from __future__ import annotations

import builtins
import keyword

TAKEN = frozenset({"theta", "f", "np", "torch", "jax", "jnp", "optax"})
"""What a script's functions of a surface call something else."""


def python_name(name: str) -> str:
    """A parameter's name where it is an argument or a variable: lambda is lambda_."""
    reserved = keyword.iskeyword(name) or hasattr(builtins, name) or name in TAKEN
    return f"{name}_" if reserved else name
