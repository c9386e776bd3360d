"""The own account: password, browser sessions and API tokens; and the doors for who has no password yet."""
