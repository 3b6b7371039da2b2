"""Masters: pages with blanks, laid out once by borb, kept by their content, and compiled to be filled."""
