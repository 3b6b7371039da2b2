"""What is shown: one typed shape each, the same over HTTP and on the command line."""
