"""Agents: the nodes that register for a job, report their progress and upload results; and the life of a job."""
