"""Kernels: a rule run once on symbols gives a graph of one step, which is printed for a machine.

`symbols` stand for the numbers, `tracing` runs the rule, a `graph` is what comes of it.
"""

from kernels.graph import Graph, Untraceable
from kernels.tracing import traced

__all__ = ["Graph", "Untraceable", "traced"]
