"""The performance page: jobs held against what is expected, alerts first."""
