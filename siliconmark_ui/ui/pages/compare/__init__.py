"""Two to eight jobs side by side."""
