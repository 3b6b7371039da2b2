"""Evidence: that nobody rewrote the past, who was refused what, and on which facts was decided."""
