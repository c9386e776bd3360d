"""The audit log: who did what to what, from where, and whether it succeeded. Entries are only ever added."""
