"""PDF itself: objects, files, painting, tags, colours and codes."""
