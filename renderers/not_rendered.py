"""What keeps a document, or a file of documents, from being made; the tree of the renderers' errors begins here.

.. code-block:: text

    NotRendered
    ├── CannotBeSet        document.py            a name or an address line has a character that no face shows (CO-06)
    ├── NoMaster           masters/master.py      there are no pages for this type, language and letter (CO-08)
    ├── MasterNotKept      masters/kept_master.py the pages that a document remembers are gone or altered (CO-08)
    ├── NotABaseDocument   pdf/shared_parts.py    a file to be printed was made by something else
    ├── FaceNotInstalled   fonts/faces.py         a typeface's distribution is missing
    └── GlyphNotEmbedded   pdf/painting.py        the font areas and the shaping disagree
"""


class NotRendered(Exception):  # noqa: N818 - says what is so, as a rule does
    """A document can't be made; which of the errors below it is says why."""
