"""Made-up names as Alberta's schools have them: of many origins, given and family names drawn apart from each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

#: Where Alberta's names come from: Faker's locale and its weight.
LOCALES = {
    "en_CA": 34, "fr_CA": 9, "en_IN": 9, "en_PK": 4, "zh_CN": 5, "vi_VN": 4, "pl_PL": 3, "de_DE": 4, "es_MX": 3,
    "nl_NL": 2, "ro_RO": 1, "tr_TR": 1, "no_NO": 1, "en_NG": 1, "yo_NG": 1, "en_KE": 2, "uk_UA": 5,
}  # fmt: skip
#: Origins without a usable locale: weight, given names, family names.
WRITTEN_NAMES = (
    (6, "Andrea Bea Carlo Jasmine Jerome Kristine Marivic Paolo Rommel Althea Jun-jun Ma.Teresa",
     "Bautista Dalisay de_la_Cruz del_Rosario Dimaculangan Macaraeg Pangilinan Reyes Salonga Tolentino Villanueva"),
    (3, "Amal Bilal Dalia Faris Hanan Idris Layla Nour Omar Rania Samir Yara",
     "al-Khatib Abdulrahman El_Masri Haddad Khoury Mansour Nasser Saab Sabbagh Zaher"),
    (1, "Ji-woo Min-jun Seo-yeon Ha-eun Do-yun Soo-ah", "Bae Choi Jeong Kang Kim Lim Yoon"),
    (5, "Dakota Kohkom Nipîy Sîpîy Mahihkan Asiniy Kaya Wâpan Sage Tansi Raven Autumn",
     "Auger Bearshirt Cardinal Houle L'Hirondelle Makokis Manychief Okimaw Running_Wolf Two_Feathers Wâpos Yellowknee"),
    (1, "Nıdoʔa Tsʼedı Dene Łue Kʼasho Sıne", "Beʔılı Deneyoua Kʼets'ı Łıdlı Piche Tʼsaʔa"),
    (1, "ᐊᒪᕈᖅ ᓯᓚ ᐊᓄᕆ ᐅᑭᐅᖅ ᓯᑯ ᐱᓯᒻ", "ᐊᖑᑎ ᓇᓄᖅ ᑐᒃᑐ ᒪᐢᑿ ᑲᓂᐅᐱᓯᒻ ᓄᓇ"),
)  # fmt: skip
#: Given and family names that no face of ours can set (CO-06).
UNPRINTABLE_NAMES = (
    ("Zoé 🌸", "Lamontagne"), ("ليلى", "الحداد"), ("雨桐", "林"), ("서연", "박"), ("गुरप्रीत", "संधू"), ("Max", "Power ⚡️"),
)  # fmt: skip
SUFFIXES = ("Jr.", "III", "II", "Sr.")
#: Ukrainian letters as passports spell them.
LATIN = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщюя",
        "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch iu ia".split(),  # noqa: SIM905 - 33 quoted items would hide the pairing
        strict=True,
    )
)


@dataclass(frozen=True)
class NamePool:
    """Names of one origin. Family names may differ for women (``family[0]``) and men (``family[1]``)."""

    weight: int
    given: tuple[Sequence[str], Sequence[str]]
    family: tuple[Sequence[str], Sequence[str]]


def name_pools(seed: int, size: int = 150) -> list[NamePool]:
    """Names by origin, drawn once: Faker is slow by the name."""
    pools = [NamePool(weight, *_faker_names(locale, seed, size)) for locale, weight in LOCALES.items()]
    for weight, given, family in WRITTEN_NAMES:
        firsts, lasts = ([one.replace("_", " ") for one in names.split()] for names in (given, family))
        pools.append(NamePool(weight, (firsts, firsts), (lasts, lasts)))
    return pools


def _faker_names(
    locale: str, seed: int, size: int
) -> tuple[tuple[list[str], list[str]], tuple[list[str], list[str]]]:
    from faker import Faker  # noqa: PLC0415 - every command imports this file, and the demonstration alone makes names

    faker = Faker(locale)
    faker.seed_instance(seed)

    def draw(*sources: Callable[[], str]) -> tuple[list[str], list[str]]:
        first, second = ([_latin(source()) for _ in range(size)] for source in sources)
        return first, second

    if locale == "zh_CN":  # in pinyin, as it stands in passports
        given, family = faker.first_romanized_name, faker.last_romanized_name
        return draw(given, given), draw(family, family)
    return (
        draw(faker.first_name_female, faker.first_name_male),
        draw(faker.last_name_female, faker.last_name_male),
    )


def _latin(name: str) -> str:
    """Ukrainian names in Latin letters, all others as they are; Faker has some with doubled spaces."""
    return "".join(map(_latin_letter, " ".join(name.split())))


def _latin_letter(letter: str) -> str:
    spelt = LATIN.get(letter.lower(), "" if letter in "ьʼ" else letter)
    return spelt.capitalize() if letter.isupper() else spelt


def legal_name(rng: Random, pools: Sequence[NamePool]) -> dict[str, str]:
    """A legal name: parts of one origin, now and then a double family name, a middle name, a suffix."""
    (pool,) = rng.choices(pools, [one.weight for one in pools])
    gender = rng.randrange(2)
    last, first = rng.choice(pool.family[gender]), rng.choice(pool.given[gender])
    if rng.random() < 0.05:
        last = f"{last}-{rng.choice(pool.family[gender])}"
    middle = rng.choice(pool.given[gender]) if rng.random() < 0.6 else ""
    suffix = rng.choice(SUFFIXES) if rng.random() < 0.01 else ""
    return {"last_name": last, "first_name": first, "middle_name": middle, "suffix": suffix}
