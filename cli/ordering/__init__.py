"""Commands that award, order, print again and prepare orders of the public."""
