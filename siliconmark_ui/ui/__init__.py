"""The dashboard: a thin Reflex face over the same services as the API."""
