"""Bulk runs: many subjects, chunk by chunk, each outcome once."""
