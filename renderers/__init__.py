"""What is printed: credential pages, letters, print files and their manifests.

Pure: plain data in, bytes out. Nothing here knows the database, the rules, the clock or the network. ``borb``
lays every page of ``pages/`` out once as a *master*, and ``masters/`` compiles it; ``document`` fills its blanks, and
``print_file`` hangs the filled pages of a print job behind each other. ``content`` holds the plain data, ``fonts/names``
decides whether and how a name can be set (CO-06).
"""
