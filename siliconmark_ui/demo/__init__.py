"""Demonstration data: made from a seed, labelled as such, through the same services that real agents use."""
