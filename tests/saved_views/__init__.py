"""Tests of the saved views room."""
