"""Who may call, who sees what, tokens of services and kept answers."""
