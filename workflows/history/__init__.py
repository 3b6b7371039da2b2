"""What is kept as it happens: hash chains, packed decisions, refusals and the journal."""
