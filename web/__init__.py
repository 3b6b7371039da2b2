"""The HTTP interface for services, and the limits of every request."""
