"""A page of as many elements as the race's that does nothing: what Streamlit alone costs a run.

The part that is a run of its own has the counts of an answer where a slider was let go.
"""

import streamlit as st

CONTAINERS, BUTTONS, COMPONENTS, TEXTS, NUMBERS, POPOVERS = 20, 11, 7, 18, 5, 5

nothing = st.components.v2.component("nothing", html="<p></p>", js="export default () => {}")


@st.fragment
def picture() -> None:
    """In place of the player, with as many bytes, and of the results."""
    nothing(key="picture", data=bytes(120_000), on_move_change=lambda: None)
    for i in range(4):
        st.markdown(f"Result {i}")
    with st.container(horizontal=True):
        st.button("Take away")
        st.popover("Open", key="open", on_change="rerun")


def page() -> None:
    """All of it."""
    st.set_page_config(page_title="Nothing", layout="wide")
    picture()
    with st.sidebar:
        boxes = [st.container(key=f"box{i}") for i in range(CONTAINERS)]
        for i in range(COMPONENTS - 1):
            with boxes[i]:
                nothing(key=f"component{i}", data=[{"value": i}], on_move_change=lambda: None)
        for i in range(BUTTONS):
            boxes[i].button(f"Button {i}", key=f"button{i}", help="Help")
        for i in range(NUMBERS):
            boxes[i].number_input(f"Number {i}", 0.0, 10.0, 1.0, key=f"number{i}")
        for i in range(POPOVERS):
            boxes[i].popover(f"More {i}", key=f"more{i}", on_change="rerun")
        for i in range(2):
            st.segmented_control(f"Choice {i}", ["one", "other"], default="one", key=f"choice{i}")
        st.toggle("Switch", key="switch")
        st.text_input("Text", key="text")
    for i in range(TEXTS):
        st.markdown(f"Text {i}")
