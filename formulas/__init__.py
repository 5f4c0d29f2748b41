"""The language of formulas: read, derived, compiled, typeset and printed."""
