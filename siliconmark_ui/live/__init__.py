"""Live updates: what the database tells of changes, and which open pages hear of it."""
