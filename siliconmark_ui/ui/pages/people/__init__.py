"""People, invitations and customers, for admins."""
