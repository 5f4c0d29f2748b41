"""Pictures of an experiment: pure functions, arrays in, Plotly figures out."""
