"""The door: `streamlit run app.py`."""

import streamlit as st

import viewer

app = st.App("app_pages/race.py", routes=viewer.routes())
