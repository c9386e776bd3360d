"""Alerts: jobs below expectation, who has looked at them, and how scores and alerts spread over models and weeks."""
