"""Pictures of every page in every state, for looking at: `make screenshots`."""
