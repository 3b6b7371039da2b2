"""What finds and pages: items by filter or number, sizes of print jobs."""
