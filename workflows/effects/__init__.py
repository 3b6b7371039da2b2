"""What each event changes beside the state (domain §2, §3), and the machines as the engine drives them."""
