"""What `benchmarks/crowd.py` has run beside the app."""

from nothing import page

page()
