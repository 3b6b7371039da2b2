"""What is printed: credential pages, letters, print files and their manifests.

Pure: plain data in, bytes out. Nothing here knows the database, the rules, the clock or the network. ``borb``
lays every page out once as a *master* (``master``), ``template`` compiles it to bytes, ``document`` fills its blanks
and hangs the filled pages of a print job behind each other (``print_file``). ``content`` holds the plain
data, ``names`` decides whether and how a name can be set (CO-06).
"""
