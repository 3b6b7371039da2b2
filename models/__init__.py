"""What is stored: tables, code lists, sessions, migrations and the document store. Imports nothing of ours."""
