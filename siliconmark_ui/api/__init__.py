"""The REST face: each route parses, calls one service and encodes; nothing is decided here."""
