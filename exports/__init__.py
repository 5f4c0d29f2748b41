"""Experiments taken away: each form a file, an experiment and its trajectories in, text out."""
