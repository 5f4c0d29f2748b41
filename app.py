"""The door: `streamlit run app.py`."""

import streamlit as st

import viewer

app = st.App("app_pages/main.py", routes=viewer.routes())
