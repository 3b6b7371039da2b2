"""Migration ring: what an upgrade finds and what goes on meanwhile."""
