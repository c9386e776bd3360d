"""Figures of a job: pure functions from readings to Plotly figures, each with the same content in words."""
