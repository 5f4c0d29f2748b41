"""A teacher's own lesson: races, words and questions, and cards of the lessons, put in order."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import streamlit as st

from app_pages.controls import escape, warn
from app_pages.lesson_files import lesson_files
from app_pages.session import remembered, tied
from app_pages.take_away import shown_address
from experiment import Experiment, race_title
from lessons import LESSONS, playlist
from lessons.playlist import LONGEST, MAX_ANSWERS, MAX_BYTES, MAX_MATH, Own, Playlist, Taken
from lessons.shown import in_a_line

MAX_UNDONE = 20
NO_ANSWER = "It is not said"
FIELDS = {
    "claim": ("What the card says", "A sentence that its race shows."),
    "words": ("Words beside the picture", "Two lines or three: a card never scrolls."),
    "question": ("Question before the race", "The race waits until it is answered, or passed by."),
    "result": ("What is said after the race", "The right answer is said before it."),
}
LATEX = r"LaTeX without dollar signs, such as m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t"
Said = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """A card that is being made.

    Attributes:
        id: stays while the card is moved.
        said: the fields of its `Own`, as they are typed; of a lesson's card nothing.
        taken: a lesson's card.
    """

    id: int
    said: Said = field(default_factory=dict)
    taken: Taken | None = None

    def made(self) -> Taken | Own:
        """The card. ValueError: something of it is refused; one sentence."""
        return self.taken or Own(**self.said)


@dataclass
class Draft:
    """What the editor holds of a visitor, all of it as it was typed.

    Attributes:
        title: as it was typed.
        items: the cards in their order.
        open: the id of the card whose fields are shown.
        undone: titles and cards before each change of the order.
        written: what the address has said of it, the latest last.
        told: sentences about what was opened or pasted.
        pasted: the text in the field for links.
    """

    title: str = ""
    items: tuple[Item, ...] = ()
    open: int = 0
    undone: list[tuple[str, tuple[Item, ...]]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    told: tuple[str, ...] = ()
    pasted: str = ""
    ids: Any = field(default_factory=lambda: itertools.count(1))

    def made(self) -> tuple[Playlist, dict[int, str]]:
        """The playlist, and by their ids why cards are not in it."""
        cards, refused = [], {}
        for item in self.items:
            try:
                cards.append(item.made())
            except ValueError as error:
                refused[item.id] = str(error)
        try:
            return Playlist(self.title, tuple(cards)), refused
        except ValueError as error:
            return Playlist("", tuple(cards[: playlist.MAX_CARDS])), {**refused, 0: str(error)}

    def arrange(self, items: tuple[Item, ...], title: str | None = None) -> None:
        """Put other cards in place of these, in a way that can be undone."""
        self.undone = [*self.undone[-MAX_UNDONE:], (self.title, self.items)]
        self.items, self.title = items, self.title if title is None else title

    def take(self, found: Playlist) -> None:
        """Put a playlist in place of what is there."""
        cards = tuple(self.item(card) for card in found.cards)
        self.arrange(cards, found.title)

    def item(self, card: Taken | Own) -> Item:
        if isinstance(card, Taken):
            return Item(next(self.ids), taken=card)
        return Item(next(self.ids), {**vars(card)})


def is_edited() -> bool:
    """Whether the address asks for the editor."""
    return bool(st.query_params.get("edit"))


def is_drafted(code: str) -> bool:
    """Whether a link's playlist is the one in the editor."""
    return code in remembered(Draft).written[-1:]


def edit(code: str = "") -> None:
    """Go to the editor."""
    st.query_params.from_dict({**({"playlist": code} if code else {}), "edit": "1"})


def editor(play: Callable[[str, int], None]) -> None:
    """The editor; `play` goes to the n-th card of a link's playlist."""
    draft = remembered(Draft)
    _open_link(draft, st.query_params.get("playlist", ""))
    made, refused = draft.made()
    try:
        code = playlist.write_link(made)
        too_long = ""
    except ValueError as error:
        code, too_long = "", str(error)
    if code not in draft.written[-1:] and (draft.items or draft.title or draft.written):
        draft.written.append(code)
        edit(code)
    with st.container(width=860):
        st.button("All lessons", type="tertiary", on_click=st.query_params.clear, key="leave-list")
        st.title("A lesson of your own", anchor=False)
        st.markdown(
            "Paste links of races, write what is said and asked, and mix in cards of the lessons. "
            "Nothing is stored on the server: this page’s address holds your cards, and so does "
            "the file below."
        )
        told, draft.told = draft.told, ()
        warn([*told, *([refused[0]] if 0 in refused else []), *([too_long] if too_long else [])])
        st.text_input("Title", max_chars=LONGEST["title"], **_bound("list-title", "title"))
        for n, item in enumerate(draft.items):
            _row(draft, n, item, refused.get(item.id, ""), code, play)
        _adding(draft)
        _handing_on(draft, made, code, play)


def _row(
    draft: Draft, n: int, item: Item, refused: str, code: str, play: Callable[[str, int], None]
) -> None:
    """A card's line, its buttons, and its fields where it is open."""
    is_open = item.id == draft.open
    with st.container(border=True, key=f"list-item-{item.id}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{n + 1}.** {escape(_heading(item))}", width="stretch")
            parts = [
                ("Up", "arrow_upward", n == 0, lambda: _move(draft, n, -1)),
                ("Down", "arrow_downward", n + 1 == len(draft.items), lambda: _move(draft, n, 1)),
                ("Remove", "delete", False, lambda: _remove(draft, item)),
            ]
            if not refused and code:
                place = sum(1 for each in draft.items[: n + 1] if _is_made(each))
                parts.append(("Preview", "play_arrow", False, lambda: play(code, place)))
            if item.taken is None:
                parts.append(("Close" if is_open else "Edit", "edit", False, lambda: _show(item)))
            for word, icon, disabled, act in parts:
                st.button(
                    word,
                    key=f"list-{word.lower()}-{item.id}",
                    icon=f":material/{icon}:",
                    type="tertiary",
                    disabled=disabled,
                    on_click=act,
                )
        if refused:
            warn([f"{refused} Until then this card is left out."])
        if is_open and item.taken is None:
            _fields(item)


def _fields(item: Item) -> None:
    """What a teacher writes of a card."""
    said = item.said

    def own(name: str) -> Any:
        """Keywords that tie a field to a part of the card."""
        value = said.get(name, "")
        return tied(f"list-{item.id}-{name}", value, lambda v: _say(item, name, v))

    def among(name: str, i: int) -> Any:
        """Keywords that tie a field to the i-th of several."""
        key, value = f"list-{item.id}-{name}-{i}", _padded(said.get(name, ()), i)[i]
        return tied(key, value, lambda v: _say(item, name, v, i))

    st.text_input("Link of its race", **own("race"))
    for name in ("claim", "words", "question"):
        label, help_ = FIELDS[name]
        st.text_input(label, max_chars=LONGEST[name], help=help_, **own(name))
    for i, column in enumerate(st.columns(MAX_ANSWERS)):
        column.text_input(f"Answer {i + 1}", max_chars=LONGEST["answer"], **among("answers", i))
    given = {i: each for i, each in enumerate(said.get("answers", ()), 1) if each.strip()}
    if given:
        right = said.get("right", 0)
        st.selectbox(
            "The right one",
            (0, *given),
            format_func=lambda i: given.get(i, NO_ANSWER),
            **tied(
                f"list-{item.id}-right",
                right if right in given else 0,
                lambda v: _say(item, "right", v),
            ),
        )
    label, help_ = FIELDS["result"]
    st.text_input(label, max_chars=LONGEST["result"], help=help_, **own("result"))
    lines, longest = MAX_MATH
    for i in range(lines):
        st.text_input(
            f"Mathematics, line {i + 1}", max_chars=longest, help=LATEX, **among("math", i)
        )


def _adding(draft: Draft) -> None:
    """Another card: a link that is pasted, or one of a lesson."""
    with st.container(border=True, key="list-add", gap="small"):
        st.text_input(
            "Paste the link of a race, or of a lesson’s card",
            placeholder="https://…/?surface=beale&lane=adam(lr=0.1)",
            **_bound("list-paste", "pasted"),
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.button("Add it", key="list-add-race", on_click=lambda: _paste(draft))
            st.selectbox(
                "or a card of the lessons",
                [(key, card.key) for key, told in LESSONS.items() for card in told.cards],
                index=None,
                format_func=_called,
                key="list-pick",
                on_change=lambda: _pick(draft),
                placeholder="Choose a card, which is added",
            )
        if draft.undone:
            st.button(
                "Undo", key="list-undo", icon=":material/undo:", on_click=lambda: _undo(draft)
            )


def _handing_on(draft: Draft, made: Playlist, code: str, play: Callable[[str, int], None]) -> None:
    """The list as a link and as a file, and back."""
    if made.cards:
        address = shown_address(st.context.url or "")
        if code:
            st.markdown("**Link**, which has the whole list; add `&teach=1` for a class")
            st.code(f"{address}?playlist={code}", language=None, wrap_lines=True)
        with st.container(horizontal=True):
            if code:
                st.button(
                    "Play it",
                    key="list-play",
                    type="primary",
                    icon=":material/play_arrow:",
                    on_click=lambda: play(code, 1),
                )
            name = re.sub(r"\W+", "-", made.title.lower()).strip("-") or "playlist"
            st.download_button(
                "Download the file",
                playlist.write_file(made),
                file_name=f"{name}.json",
                mime="application/json",
                key="list-file",
                icon=":material/download:",
                on_click="ignore",
            )
            lesson_files(
                lambda: made.lesson,
                name,
                "list",
                page="Download it as a page",
                help="It plays without this app and without a connection.",
            )
    st.file_uploader(
        "Open a playlist’s file",
        type=["json"],
        key="list-open",
        max_upload_size=max(1, MAX_BYTES // 1_000_000),
        on_change=lambda: _open_file(draft),
        help="It takes the place of the cards above; Undo brings these back.",
    )


def _open_link(draft: Draft, code: str) -> None:
    """Take the playlist of the address, unless the editor has written that itself."""
    if not code or code in draft.written:
        return
    try:
        found, draft.told = playlist.read_link(code)
    except ValueError as error:
        draft.told = (str(error),)
        return
    draft.take(found)
    draft.written.append(code)


def _open_file(draft: Draft) -> None:
    file = st.session_state["list-open"]
    if file is None:  # taken away again
        return
    try:
        found, draft.told = playlist.read_file(file.getvalue())
    except ValueError as error:
        draft.told = (f"{error} Your cards stay as they were.",)
        return
    draft.take(found)


def _paste(draft: Draft) -> None:
    """Add what the field for links holds; what cannot be used of it is named."""
    link = draft.pasted.strip()
    if not link:
        return
    asked = parse_qs(urlsplit(link).query)
    try:
        if "lesson" in asked:
            lesson = LESSONS.get(asked["lesson"][0])
            first = lesson.cards[0].key if lesson else ""
            item = draft.item(Taken(asked["lesson"][0], asked.get("card", [first])[0]))
        else:
            draft.told = Experiment.from_query(link).problems
            item = draft.item(Own(link))
    except ValueError as error:
        draft.told = (str(error),)
        return
    draft.pasted = ""
    draft.arrange((*draft.items, item))
    draft.open = item.id


def _pick(draft: Draft) -> None:
    picked = st.session_state["list-pick"]
    if picked:
        draft.arrange((*draft.items, draft.item(Taken(*picked))))
        st.session_state["list-pick"] = None


def _move(draft: Draft, n: int, by: int) -> None:
    items = list(draft.items)
    items[n], items[n + by] = items[n + by], items[n]
    draft.arrange(tuple(items))


def _remove(draft: Draft, item: Item) -> None:
    draft.arrange(tuple(each for each in draft.items if each.id != item.id))


def _undo(draft: Draft) -> None:
    draft.title, draft.items = draft.undone.pop()


def _show(item: Item) -> None:
    draft = remembered(Draft)
    draft.open = 0 if draft.open == item.id else item.id


def _say(item: Item, name: str, value: Any, i: int | None = None) -> None:
    """Put what is typed in its place, as the i-th of several; the others may have changed since."""
    draft = remembered(Draft)

    def told(said: Said) -> Said:
        if i is None:
            return {**said, name: value}
        many = _padded(said.get(name, ()), i)
        return {**said, name: (*many[:i], value, *many[i + 1 :])}

    draft.items = tuple(
        replace(each, said=told(each.said)) if each.id == item.id else each for each in draft.items
    )


def _padded(many: Sequence[str], i: int) -> list[str]:
    """Several texts, with empty ones up to the i-th."""
    return [*many, *[""] * (i + 1 - len(many))]


def _bound(key: str, name: str) -> dict[str, Any]:
    """Keywords that tie a field to a text of the draft."""
    draft = remembered(Draft)
    return tied(key, getattr(draft, name), lambda v: setattr(draft, name, v))


def _is_made(item: Item) -> bool:
    try:
        item.made()
    except ValueError:
        return False
    return True


def _heading(item: Item) -> str:
    """A card in a line."""
    if item.taken:
        return _called((item.taken.lesson, item.taken.card))
    said = item.said
    told = said.get("question") or said.get("claim")
    return told or race_title(Experiment.from_query(said.get("race", "")))


def _called(of: tuple[str, str]) -> str:
    """A lesson's card in a line."""
    lesson, card = Taken(*of).found()
    return f"{lesson.title}, {lesson.cards.index(card) + 1}: {in_a_line(card)}"
