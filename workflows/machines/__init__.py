"""The six machines as charts and plans, how they meet, and what a decision is."""
