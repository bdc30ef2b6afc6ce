"""How long a test waits for what comes from another process or over a socket."""

PATIENCE = 45.0
"""Seconds after which what hangs is given up: a busy machine stalls for many. pytest ends a test
after 60; what is given up before says what it waited for."""
