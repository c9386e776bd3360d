"""Two to eight jobs side by side: their configuration, their figures, and what differs."""
