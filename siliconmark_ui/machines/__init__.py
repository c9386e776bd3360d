"""Machines: what is known of each one from the jobs it took part in, and how its figures went over time."""
