"""A person's file in place of a loss's own data: how it was read, and which columns are taken."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from app_pages.controls import choice, escape
from app_pages.session import Change, as_it_was, bound, change, initial, keep_data, remembered
from app_pages.tables import html_table
from experiment import Drawn, Experiment
from settings import Value
from surfaces import SURFACES, DataSurface, Reading, Seen, Surface, Table, look, read_csv
from surfaces.data_surface import STANDARDIZE
from surfaces.tables.cells import GAPS
from surfaces.tables.dialect import SEPARATORS
from surfaces.tables.head import COMMENT
from surfaces.tables.reading import AS_IT_LOOKS, MAX_BYTES
from surfaces.tables.table import digest

Taken = tuple[Experiment, Experiment, Table | None]
"""What came of taking a file away, and what there was before."""

SHOWN = 4  # rows of a file
MAX_TITLE = 24  # characters of a row that is offered for names
DECIMALS = {".": "Point, 1.5", ",": "Comma, 1,5"}
ORDERS = {"day": "Day first", "month": "Month first"}


@dataclass(frozen=True)
class File:
    """What a person chose last.

    Attributes:
        number: how many were chosen before it; another file's widgets are others.
        reading: what a person knows better of it.
        refused: whether it could not be used.
    """

    number: int
    content: bytes
    reading: Reading = AS_IT_LOOKS
    refused: bool = True


@dataclass
class Upload:
    """What a person uploaded.

    Attributes:
        number: how many files were chosen.
        file: the last, until it is taken away.
        table: the last that could be used, as it was read.
        taken: what came of taking the last away.
        standardized: how each surface's own data were standardized before a file took their place.
    """

    number: int = 0
    file: File | None = None
    table: Table | None = None
    taken: Taken | None = None
    standardized: dict[str, dict[str, Value]] = field(default_factory=dict)


def upload_editor(surface: DataSurface) -> None:
    """The project's own data, or columns of a person's file."""
    st.file_uploader(
        "Your own data, as CSV or text",
        key="upload",
        max_upload_size=MAX_BYTES // 1_000_000,
        on_change=lambda: change(_on_file, st.session_state["upload"]),
        help="Columns of numbers or dates, with names in the first row. They stay in this session: "
        "a link to this race does not carry them.",
    )
    upload = remembered(Upload)
    table, file = upload.table, upload.file
    own = is_own(surface)
    if file is not None and file.refused:
        _refused(file)
    if table is None:
        return
    # Another file's widgets are others: a browser that is behind would answer with what it shows.
    key = f"own-data-{table.digest}"
    st.segmented_control(
        "Data",
        (True, False),
        format_func={True: "Your file", False: "Built in"}.__getitem__,
        default=initial(key, own),
        required=True,
        width="stretch",
        **bound(key, own, _on_own),
    )
    if not own:
        return
    if file is not None and not file.refused:
        _preview(dict(table.preview), table.names)
        _reading(file, table.seen)
    # After going back, the data can be of an earlier file than the table.
    names = {name: name for name in (*table.choices, *surface.data.names)}
    key = f"{surface.key}-{digest(names)}-column"
    for i, (role, name) in enumerate(zip(surface.columns, surface.data.names, strict=True)):
        choice(role.capitalize(), f"{key}{i}", name, names, _on_column(i))
    if surface.data.note:
        st.caption(escape(surface.data.note))


def is_own(surface: DataSurface) -> bool:
    """Whether the data are a person's."""
    return surface.data != _built_in(surface).data


# How a file is read


def _refused(file: File) -> None:
    """What a file was taken for that cannot be used, if it has rows at all."""
    try:
        seen = look(file.content, file.reading)
    except ValueError:
        return
    width = max(map(len, seen.rows), default=0)
    rows = [(*row, *[""] * (width - len(row))) for row in seen.rows[:SHOWN]]
    _preview({str(i + 1): tuple(row[i] for row in rows) for i in range(width)})
    _reading(file, seen)


def _preview(columns: Mapping[str, Sequence[str]], numbers: Container[str] = ()) -> None:
    """The first rows as they were read, with the columns of numbers to the right."""
    names = list(columns)
    st.html(
        html_table(
            names,
            list(zip(*(cells[:SHOWN] for cells in columns.values()), strict=True)),
            label="The first rows of the file",
            words=[i for i, name in enumerate(names) if name not in numbers],
            named=False,
        )
    )


def _reading(file: File, seen: Seen) -> None:
    """What was taken for names, separator, decimal sign and gaps, each to be overruled."""
    taken = seen.reading
    with st.expander(escape(_words(taken)), expanded=file.refused, icon=":material/rule:"):
        key = f"reading-{file.number}"
        rows = {0: "None"} | ({COMMENT: "The comment above"} if seen.comment else {})
        rows |= {i: f"Row {i}: {_title(row)}" for i, row in enumerate(seen.rows, 1)}
        rows.setdefault(taken.names or 0, f"Row {taken.names}")
        separators = {taken.separator or ",": taken.separator or ","} | SEPARATORS
        choice("Names", f"{key}-names", taken.names, rows, _overrule("names"))
        choice("Separator", f"{key}-separator", taken.separator, separators, _overrule("separator"))
        choice("Decimal sign", f"{key}-decimal", taken.decimal, DECIMALS, _overrule("decimal"))
        if taken.order:
            choice("Dates", f"{key}-order", taken.order, ORDERS, _overrule("order"))
        gaps = list(taken.gaps or ())
        st.multiselect(
            "Gaps, beside empty cells",
            sorted({*gaps, *(GAPS - {""})}),
            default=initial(f"{key}-gaps", gaps),
            accept_new_options=True,
            placeholder="None",
            help="What stands for a missing number, such as NA or -999. Type another to add it.",
            **bound(
                f"{key}-gaps",
                gaps,
                lambda experiment, words: _reread(
                    experiment, gaps=tuple(sorted(word.strip().lower() for word in words))
                ),
            ),
        )
        if file.reading != AS_IT_LOOKS:
            st.button(
                "As it looks",
                icon=":material/undo:",
                key=f"{key}-reset",
                width="stretch",
                on_click=change,
                args=(lambda experiment, _: _reread(experiment, anew=True),),
            )


def _overrule(what: str) -> Change:
    return lambda experiment, value: _reread(experiment, **{what: value})


def _words(taken: Reading) -> str:
    """How a file is read: “Names in row 1 · commas · decimal point · gaps na”."""
    names = {0: "No names", COMMENT: "Names in the comment"}
    gaps = f"gaps {', '.join(taken.gaps)}" if taken.gaps else "no word for a gap"
    return " · ".join(
        (
            names.get(taken.names or 0, f"Names in row {taken.names}"),
            SEPARATORS.get(taken.separator or "", f"“{taken.separator}”").lower(),
            "decimal comma" if taken.decimal == "," else "decimal point",
            gaps,
            *([ORDERS[taken.order].lower()] if taken.order else []),
        )
    )


def _title(row: Sequence[str]) -> str:
    text = ", ".join(row)
    return text if len(text) <= MAX_TITLE else f"{text[: MAX_TITLE - 1]}…"


def _reread(experiment: Experiment, anew: bool = False, **overruled: Any) -> Experiment:
    """The race on the same file, read as a person says."""
    upload = remembered(Upload)
    file = upload.file
    assert file is not None
    before = AS_IT_LOOKS if anew else file.reading
    again = replace(file, reading=replace(before, **overruled))
    try:
        table = read_csv(again.content, again.reading)
        changed = _on_table(experiment, table)
    except ValueError:
        # Of one that is refused anyhow, more may have to be said.
        upload.file = again if file.refused else file
        raise
    upload.file, upload.table = replace(again, refused=False), table
    return changed


# Which data are taken


def _on_file(experiment: Experiment, chosen: Any) -> Experiment:
    upload = remembered(Upload)
    if chosen is None:
        # Another may follow at once: the browser takes a file away before it sends the next.
        without = _on_own(experiment, False)
        upload.taken = without, experiment, upload.table
        upload.table = upload.file = None
        return without
    taken, upload.taken = upload.taken, None
    upload.number += 1
    file = upload.file = File(upload.number, chosen.getvalue())
    try:
        table = read_csv(file.content)
        changed = _on_table(experiment, table)
    except ValueError as error:
        if taken is None or taken[0] != experiment:
            raise
        _, before, upload.table = taken
        return replace(before, problems=(as_it_was(error),))
    upload.file = replace(file, refused=False)
    upload.table = table  # not before it is known to be of use
    return changed


def _on_own(experiment: Experiment, own: bool) -> Experiment:
    """A person's file, or the built in data with the columns as they were before the file."""
    if own:
        return _on_table(experiment, _table())
    surface = _on_data(experiment.surface)
    names = (parameter.name for parameter in surface.parameters)
    before = remembered(Upload).standardized.pop(surface.key, {})
    values = dict(zip(names, surface.values, strict=True)) | before
    return experiment.with_surface(_built_in(surface).with_values(**values))


def _on_table(experiment: Experiment, table: Table) -> Experiment:
    """A file's first columns, standardized so that they can be drawn whatever their units.

    Of a file that is read anew, those that were chosen.
    """
    surface = _on_data(experiment.surface)
    chosen = surface.data.names
    kept = is_own(surface) and set(chosen) <= set(table.choices)
    names = chosen if kept else surface.suggested(table)
    changed = _with_columns(experiment, surface.standardized(), table, names)
    if not is_own(surface):
        pairs = zip(surface.parameters, surface.values, strict=True)
        before = {p.name: v for p, v in pairs if p.name == STANDARDIZE.name}
        remembered(Upload).standardized[surface.key] = before
    return changed


def _on_column(index: int) -> Change:
    def set_column(experiment: Experiment, name: str) -> Experiment:
        surface = _on_data(experiment.surface)
        names = list(surface.data.names)
        names[index] = name
        return _with_columns(experiment, surface, _table(), names)

    return set_column


def _with_columns(
    experiment: Experiment, surface: DataSurface, table: Table, names: Sequence[str]
) -> Experiment:
    data = table.take(names)
    changed = experiment.with_surface(surface.with_data(data))
    keep_data(data)
    return changed


def _built_in(surface: DataSurface) -> DataSurface:
    return _on_data(SURFACES[surface.key])


def _on_data(surface: Surface | Drawn) -> DataSurface:
    assert isinstance(surface, DataSurface)
    return surface


def _table() -> Table:
    table = remembered(Upload).table
    assert table is not None
    return table
