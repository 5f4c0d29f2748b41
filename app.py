"""The door: `streamlit run app.py`."""

import streamlit as st

import viewer
from app_pages.ready import make_ready

make_ready()
app = st.App("app_pages/main.py", routes=viewer.routes())
