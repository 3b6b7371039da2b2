"""Every automatic step: what is due for it, and what it does to what is due."""
