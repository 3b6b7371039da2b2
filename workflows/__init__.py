"""What may happen: machines, rules, the engine through which every state changes, and the operations built on it."""
