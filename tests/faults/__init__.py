"""Faults ring: what stays true when processes die or race."""
