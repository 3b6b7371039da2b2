"""Awarding and ordering: first-run orders, reprints, reorders, re-issues and edits."""
