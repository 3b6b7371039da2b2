"""A ministry's whole year in one run: two waves, and all that happens between them."""
