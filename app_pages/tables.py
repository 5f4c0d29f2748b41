"""Tables of words and numbers.

Streamlit makes its own by way of pandas, which takes a server longer to import than all of this
project, and a quarter of its memory.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

SWATCH = '<span class="{}" style="background: {}"></span> '


def html_table(
    head: Sequence[str],
    lines: Sequence[Sequence[str]],
    *,
    caption: str = "",
    label: str = "",
    words: Collection[int] = (),
    looks: Sequence[str] = (),
    swatch: str = "cell",
    named: bool = True,
) -> str:
    """A table as HTML. All that is given is text, but for looks.

    Args:
        head: the columns' names; none where there is nothing to say.
        lines: the cells of each line, as many as there are names.
        caption: what stands above it.
        label: what it is called for those who hear it, where nothing stands above.
        words: the places of columns of words, which may take several lines; others are of numbers
            and stand to the right.
        looks: of each line, the CSS background of a swatch before its first cell.
        swatch: whether that is a piece of a "line" or a "cell".
        named: whether the first cell of a line says what the line is about.
    """

    def cell(place: int, text: str, tag: str = "td", scope: str = "") -> str:
        is_words = place in words or (named and not place)
        kind = ' class="words"' if is_words else ""
        return f"<{tag}{kind}{scope}>{text}</{tag}>"

    top = [
        cell(i, escape(name), "th", ' scope="col"') if name else "<td></td>"
        for i, name in enumerate(head)
    ]
    rows = []
    for line, look in zip(lines, looks or [""] * len(lines), strict=True):
        told = [escape(text) for text in line]
        if look:
            told[0] = SWATCH.format(swatch, look) + told[0]
        first = [cell(0, told.pop(0), "th", ' scope="row"')] if named else []
        cells = [cell(i, text) for i, text in enumerate(told, len(first))]
        rows.append(f"<tr>{''.join(first + cells)}</tr>")
    called = f' aria-label="{escape(label)}"' if label else ""
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    heading = f"<thead><tr>{''.join(top)}</tr></thead>" if head else ""
    return f'<table class="table"{called}>{above}{heading}<tbody>{"".join(rows)}</tbody></table>'
