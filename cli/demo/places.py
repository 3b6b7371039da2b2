"""Invented schools and addresses: Alberta's towns with their postal codes, and a few towns elsewhere."""

from itertools import chain
from random import Random

from models.edges.extract import ADDRESS_COLUMNS

#: Invented authorities and the towns they serve.
AUTHORITIES = (
    ("1010", "Bow Ridge School Division", "Calgary"),
    ("1025", "Bow Ridge Catholic Separate School Division", "Calgary"),
    ("1130", "River Valley School Division", "Edmonton"),
    ("1145", "River Valley Catholic Separate School Division", "Edmonton"),
    ("1210", "Aspen Parkland School Division", "Red Deer|Lacombe|Olds|Camrose"),
    ("1275", "Coulee Plains School Division", "Lethbridge|Taber|Brooks"),
    ("1290", "Badlands Trail School Division", "Medicine Hat|Strathmore|Drumheller"),
    ("1340", "Peace Horizon School Division", "Grande Prairie|Peace River|High Level"),
    ("1385", "Muskeg Lakes School Division", "Fort McMurray|Cold Lake|Bonnyville|Slave Lake"),
    ("1420", "Chinook Arch School Division", "Airdrie|Cochrane|Okotoks|Canmore"),
    ("1455", "Conseil scolaire de la Prairie boréale", "Edmonton|Calgary|St. Albert|Bonnyville"),
    ("1490", "Beaver Hills School Division", "Sherwood Park|St. Albert|Leduc|Spruce Grove|Whitecourt"),
)
FRENCH_AUTHORITY = "1455"
SCHOOLS = ("Cottonwood", "Meadowlark", "Saskatoon Hill", "Wild Rose", "Northern Star", "Kettle Valley", "Old Ferry",
           "Magpie Creek", "Grain Row", "Lodgepole", "Larch Grove", "Two Rivers")  # fmt: skip
POSTAL_PREFIXES = {
    "Calgary": "T2A T2E T2K T2N T2V T2Y T3A T3G T3J T3K T3M", "Edmonton": "T5A T5E T5H T5K T5T T5Y T6E T6H T6L T6R T6W",
    "Red Deer": "T4N T4P T4R", "Lacombe": "T4L", "Olds": "T4H", "Camrose": "T4V", "Lethbridge": "T1H T1J T1K",
    "Taber": "T1G", "Brooks": "T1R", "Medicine Hat": "T1A T1B T1C", "Strathmore": "T1P", "Drumheller": "T0J",
    "Grande Prairie": "T8V T8W T8X", "Peace River": "T8S", "High Level": "T0H", "Fort McMurray": "T9H T9J T9K",
    "Cold Lake": "T9M", "Bonnyville": "T9N", "Slave Lake": "T0G", "Airdrie": "T4A T4B", "Cochrane": "T4C",
    "Okotoks": "T1S", "Canmore": "T1W", "St. Albert": "T8N", "Sherwood Park": "T8A T8H", "Leduc": "T9E",
    "Spruce Grove": "T7X", "Whitecourt": "T7S",
}  # fmt: skip
STREETS = ("Larkspur", "Sandstone", "Prairie Smoke", "Buffalo Stone", "Windmill", "Harvest Moon", "Tamarack", "Kestrel",
           "Ferry Landing", "Silver Willow", "Grey Owl", "Wheatsheaf", "Coyote", "Foxtail", "Juniper")  # fmt: skip
#: Towns elsewhere: lines (# is a digit, @ a letter of postal codes), city, province or state, postal code, country.
ELSEWHERE = (
    ("## Cedar Lane", "Kelowna", "BC", "V1Y #@#", "CA"),
    ("### Ash Crescent", "Saskatoon", "SK", "S7K #@#", "CA"),
    ("### Maple Row Apt #", "Ottawa", "ON", "K1N #@#", "CA"),
    ("##, rue des Érables", "Québec", "QC", "G1R #@#", "CA"),
    ("#### Cottonwood Dr", "Great Falls", "MT", "594##", "US"),
    ("#### Juniper Ave\\nApt ##", "Spokane", "WA", "992##", "US"),
    ("## Rowan Close", "Bristol", "", "BS6 #TH", "GB"),
    ("Lindenweg ##", "Leipzig", "", "041##", "DE"),
    ("House ##, Model Colony", "Ludhiana", "Punjab", "1410##", "IN"),
    ("## Sampaguita Street\\nBarangay San Roque", "Quezon City", "Metro Manila", "11##", "PH"),
    ("P.O. Box ####\\nDubai", "", "", "", "AE"),
    ("Flat #, Adeola Court\\n## Palm Road\\nIkeja, Lagos", "", "", "", "NG"),
)
POSTAL_LETTERS = "ABCEGHJKLMNPRSTVWXYZ"


def schools() -> list[dict[str, str]]:
    """Five schools for each authority, each in one of its towns."""
    found = []
    for index, (code, name, towns) in enumerate(AUTHORITIES):
        for number in range(5):
            town = towns.split("|")[number % len(towns.split("|"))]
            title = SCHOOLS[(index * 5 + number) % len(SCHOOLS)]
            school = f"École {title}" if code == FRENCH_AUTHORITY else f"{town} {title} High School"
            found.append({
                "authority_code": code, "authority_name": name, "school_code": f"{code}{number + 1:02d}",
                "school_name": school, "city": town,
            })  # fmt: skip
    return found


def alberta_address(rng: Random, town: str) -> dict[str, str]:
    """A complete address in a town of Alberta, with a postal code of that town."""
    lines = f"{rng.randint(3, 9999)} {rng.choice(STREETS)} {rng.choice(('Street', 'Avenue', 'Drive', 'Way', 'Close'))}"
    if town == "Calgary":
        lines += rng.choice((" NW", " NE", " SW", " SE"))
    extra = rng.random()
    if extra < 0.15:
        lines = f"Unit {rng.randint(1, 400)}\\n{lines}"
    elif extra < 0.22:
        lines = f"PO Box {rng.randint(1, 999)}"
    postal_code = rng.choice(POSTAL_PREFIXES[town].split()) + _filled(rng, " #@#")
    return _address(lines, town, "AB", postal_code, "CA")


def address_elsewhere(rng: Random) -> dict[str, str]:
    """A complete address in another province or country."""
    *parts, country = rng.choice(ELSEWHERE)
    return _address(*(_filled(rng, part) for part in parts), country)


def _address(*cells: str) -> dict[str, str]:
    return dict(zip(ADDRESS_COLUMNS, cells, strict=True))


def _filled(rng: Random, pattern: str) -> str:
    """``#`` becomes a digit (the first no zero), ``@`` a letter of Canadian postal codes."""
    digits = chain(("123456789",), iter(lambda: "0123456789", ""))
    choices = (next(digits) if one == "#" else POSTAL_LETTERS if one == "@" else one for one in pattern)
    return "".join(map(rng.choice, choices))
