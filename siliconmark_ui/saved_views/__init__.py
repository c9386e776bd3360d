"""Saved views: a list as a person named it, to be opened again."""
