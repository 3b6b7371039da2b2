"""How both languages are written: one definition for every text of ours, so that sources stay easy to type.

French follows the Canadian usage of the Office québécois de la langue française: a no-break space before a colon and inside
guillemets, none before ``;``, ``?`` and ``!``, and the typographic apostrophe. English keeps the straight apostrophe.
Sources may be typed with ordinary spaces and apostrophes; :class:`~models.codes.Label` writes them properly. Only texts
of ours pass here, before data is put into them: what people typed is shown as they typed it.
"""

import re

#: Where a line must not break.
NO_BREAK = "\u00a0"

#: What stands in French texts however it was typed, and what is written for it.
_FRENCH = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"(?<=\w)'(?=[\w{«])", "’"),  # an elision; quotation marks around commands stay
        (r"[ \u202f]+(?=:)", NO_BREAK),
        (r"[ \u00a0\u202f]+(?=[;?!])", ""),
        (r"«[ \u00a0\u202f]*", f"«{NO_BREAK}"),
        (r"[ \u00a0\u202f]*»", f"{NO_BREAK}»"),
        (r"(?<=\d)[ \u202f](?=\d{3}(?!\d))", NO_BREAK),
        (r"(?<=[\d}])[ \u202f](?=(?:Mo|pt|s)(?![\w’])|[%$])", NO_BREAK),
        (r"(?<=n°)[ \u202f]", NO_BREAK),
    )
)


def english(text: str) -> str:
    """An English text as it is written."""
    return text.replace("’", "'")


def french(text: str) -> str:
    """A French text as it is written in Canada."""
    for typed, written in _FRENCH:
        text = typed.sub(written, text)
    return text


def number(value: int, language: str) -> str:
    """Thousands apart: ``12,345``, in French ``12 345`` with a no-break space."""
    return f"{value:,}".replace(",", NO_BREAK if language == "fr" else ",")


def decimal(value: float, language: str, places: int = 1) -> str:
    """A figure with so many decimals: ``3.5``, in French ``3,5``."""
    return f"{value:.{places}f}".replace(".", "," if language == "fr" else ".")


def amount(cents: int, language: str) -> str:
    """Dollars: ``$1,234.50``, in French ``1 234,50 $`` with no-break spaces."""
    dollars, rest = divmod(cents, 100)
    if language == "fr":
        return f"{number(dollars, language)},{rest:02d}{NO_BREAK}$"
    return f"${number(dollars, language)}.{rest:02d}"
