"""Evidence: that nobody rewrote the past, and who was refused what."""
