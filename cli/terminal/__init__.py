"""How a command is asked for and answered at a terminal: options, arguments, tables, files."""
