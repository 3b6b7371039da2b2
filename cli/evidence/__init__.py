"""Commands that prove what happened: histories, refusals, verification and replay."""
