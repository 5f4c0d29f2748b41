"""About the lab: what it is, where it comes from, and on which terms it can be used."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import streamlit as st

from experiment import MAX_LANES
from optimizers import OPTIMIZERS
from surfaces import SURFACES
from viewer import titled

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "Streamlit": "https://streamlit.io",
    "NumPy": "https://numpy.org",
    "SymPy": "https://www.sympy.org",
    "Plotly": "https://plotly.com/python",
}


def page() -> None:
    """What a visitor may want to know of it, in a column that is pleasant to read."""
    st.set_page_config(page_title=titled("About"))
    with st.container(width=720):
        st.title("About Descent Lab", anchor=False)
        st.markdown(
            f"A laboratory for optimizers: choose one of {len(SURFACES)} surfaces or type a "
            f"formula, let up to {MAX_LANES} of {len(OPTIMIZERS)} methods race down it, and look "
            "into any step. Each method computes what its reference computes, step for step, and "
            "its page says which reference that is. It all grew out of an article that explains "
            "Adam and races it against SGD on Rosenbrock."
        )
        st.subheader("Source", anchor=False)
        made_with = ", ".join(f"[{name}]({url}) {version(name)}" for name, url in PACKAGES.items())
        st.markdown(
            "It is written in Python, one file for each optimizer and one for each surface; the "
            "page of an optimizer shows its code, and any race can be taken away as a script that "
            f"runs by itself. It is made with {made_with}."
        )
        st.subheader("Licence", anchor=False)
        st.markdown(
            "Use it, change it and pass it on under the MIT licence. The signs of formulas are "
            "cut from STIX Two Math, under the SIL Open Font License."
        )
        with st.expander("The licence in full"):
            st.text((ROOT / "LICENSE").read_text(encoding="utf-8"))
        st.subheader("Cite it", anchor=False)
        st.markdown("In teaching or research, please cite it as the file `CITATION.cff` says:")
        st.code(
            (ROOT / "CITATION.cff").read_text(encoding="utf-8"), language="yaml", wrap_lines=True
        )


page()
