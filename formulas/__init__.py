"""Formulas: read, derived, compiled and written.

`syntax` reads a text into a `tree`; `formula` derives and compiles it, and keeps it. Each language
that a tree is written in has a file: LaTeX (`typeset`), torch and jax.numpy (`python`).
"""
