"""What an extract brings and what Student Records changes about a student."""
