"""What drawing functions call the values that they are given."""

from typing import Any

Shown = Any
"""A value of page state inside a drawing function: a Reflex Var, whose fields and operators exist at run time only."""
