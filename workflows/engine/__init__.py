"""The one door through which a state changes."""
