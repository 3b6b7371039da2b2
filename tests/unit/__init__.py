"""Unit ring: no database, no network, no files."""
