"""What rules look at: a file per subject, each fact loaded for a whole batch."""
