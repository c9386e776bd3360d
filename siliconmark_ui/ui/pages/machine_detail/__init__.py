"""One machine: its metric history and its jobs."""
