"""What each event changes beside the state (domain §2, "Side effects", and domain §3, "The smaller machines"), and the machines as the engine drives them."""
