"""The tests, in rings."""
