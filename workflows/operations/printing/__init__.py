"""From a due item to a print job that was handed over, and what the provider says of it."""
