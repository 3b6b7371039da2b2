"""Acceptance ring: the ``orders`` command as people and scripts use it, in folders of its own."""
