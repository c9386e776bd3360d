"""The agents room: bodies, the life of a job, the sweep."""
