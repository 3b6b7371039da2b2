"""The ``orders`` command: parse, call an operation, present what came back."""
