"""Keys, signatures, and what anyone may verify."""
