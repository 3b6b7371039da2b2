"""The interface for internal services, under ``/api``: thin over the operations that the command line calls too."""
