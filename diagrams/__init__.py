"""Pictures and tables of the machines, generated from their classes (``en/``, ``fr/``), with the live work on them."""
