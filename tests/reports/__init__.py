"""The PDF report, read back as its readers get it."""
