"""What is reached over HTTP: the interface for services, its server, and the typed client."""
