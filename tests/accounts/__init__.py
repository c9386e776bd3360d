"""The accounts room: people, tokens, throttle, sessions."""
