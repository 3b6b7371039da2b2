"""Past decisions under today's rules."""
