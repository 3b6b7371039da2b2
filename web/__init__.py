"""What is reached over HTTP: the interface for services, and the screens."""
