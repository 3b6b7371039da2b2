"""Fonts: faces, programs, shaping, and whether a name can be set in them."""
