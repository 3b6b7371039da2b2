"""What is shown: one typed shape each, the same over HTTP, on the command line and on screens."""
