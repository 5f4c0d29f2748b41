"""What no setting admits, of an optimizer, a schedule, a surface or a transformation."""

import math

import numpy as np

ADVERSE = [math.nan, math.inf, -math.inf, None, "much", 10**400, 10**5000, [0.5, math.nan], 1j]
ADVERSE += [b"1", {}, object, np.array(["a", "b"]), "\n" * 9, "1" * 999]


def bad_values(statement):
    """Values that a statement must refuse."""
    if statement.kind == "switch":
        return [*ADVERSE, 0, 1, 0.5, "true"]
    if statement.kind == "choice":
        return [*ADVERSE, 0, 1, True, "", statement.default.upper() + "x"]
    if statement.kind == "optimizer":
        return [*ADVERSE, 0, True, "adam", statement.of]
    bad = [*ADVERSE, True, False, np.True_, "0.5"]
    bad += [0.5] * (statement.kind == "whole")
    bad += [[statement.default] * 2, np.array([statement.default])] * (not statement.arrays)
    if math.isfinite(statement.low):
        bad += [np.nextafter(statement.low, -math.inf), statement.low - 1]
    if math.isfinite(statement.high):
        bad += [np.nextafter(statement.high, math.inf), statement.high + 1]
        bad += [statement.high] * statement.high_open
    return bad


def is_refused_in_a_sentence(make, statement, owner=""):
    """Every bad value raises one sentence that names what, whose, the range and the value."""
    whose = f"{owner}'s {statement.name}" if owner else statement.name
    for value in bad_values(statement):
        try:
            make(value)
        except ValueError as refusal:
            sentence = str(refusal)
            assert sentence.startswith(f"{whose} must be {statement.range}, not "), sentence
            assert sentence.endswith(".")
            assert sentence.isprintable()
            assert len(sentence) < 200
            if isinstance(value, float) and math.isfinite(value):
                told = sentence.rpartition(", not ")[2].removesuffix(".")
                assert float(told) == value, "the number is told apart from those admitted"
        else:
            raise AssertionError(f"{whose} admits {value!r:.40}")
