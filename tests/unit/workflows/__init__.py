"""What may happen, against tables written by hand from the domain page."""
