"""Views: one typed shape for each thing that is shown, the same over HTTP and on the command line."""
