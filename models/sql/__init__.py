"""How statements are made and carried out: connections, units of work, sets of values, recorded changes."""
