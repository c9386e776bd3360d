"""The parts of a report, each from the report's source to blocks; pure."""
