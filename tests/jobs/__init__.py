"""The jobs room: questions, statements, services, on real PostgreSQL."""
