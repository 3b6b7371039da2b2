"""Names that a page must get right: one list for every test of pages."""

from renderers.content import Name

#: What every test of pages looks at, with what is hard about each.
HARD_NAMES = {
    "plain": Name("Anna", "Maria", "Smith", ""),
    "suffix": Name("John", "", "Doe", "Jr."),
    "vietnamese": Name("Thị Minh", "", "Nguyễn", ""),
    "polish": Name("Łukasz", "", "Żółć", ""),
    "turkish": Name("İbrahim", "", "Işık", ""),
    "ligatures": Name("Steffi", "", "Afflick-Offiong", ""),
    "syllabics": Name("", "", "ᐊᑕᓈᕐᔪᐊᖅ", ""),
    "syllabics and latin": Name("ᐊᑕᓈᕐᔪᐊᖅ", "", "Fischer", ""),
    "glottal stop": Name("Sahaiʔa", "", "Andrew", ""),
    "modifier apostrophe": Name("Kʼalii", "", "Hawaiʻi", ""),
    "combining marks": Name("X̱aad", "", "Ɣ̱aq̓", ""),
    "greek": Name("Ελένη", "", "Παπαδοπούλου", ""),
    "cyrillic": Name("Олена", "", "Кравчук-Їжак", ""),
    "two lines": Name("Jean-Christophe Alexandre", "", "de la Tour d’Auvergne-Lauraguais", ""),
    "wide": Name("MWMWMWMWMWMWMW", "", "WMWMWMWMWMWMWM-WWMM", ""),
}

#: What the long tests look at besides: further languages, letters, marks, punctuation, breaks and formats.
_FURTHER = (
    Name("Đặng Thị", "", "Hường", ""), Name("Lê Quốc", "", "Khánh", ""), Name("Phạm", "Ngọc", "Ánh", ""),
    Name("Trần", "", "Vũ Đức Thịnh", ""), Name("Ỷ Lan", "", "Ẵng", ""), Name("Zbigniew", "", "Brzęczyszczykiewicz", ""),
    Name("Świętosława", "", "Ćwiąkała-Źrebięcka", ""), Name("Oğuzhan", "", "Çağlayangil", ""),
    Name("ısmail", "", "Şimşek", ""), Name("Þórður", "", "Ævarsson Ðórðarson", ""), Name("Søren", "", "Ålbæk Ødegård", ""),
    Name("Jürgen", "", "Weiß-Müller", ""), Name("Ŵyn", "", "Ŷstrad", ""), Name("Seán", "", "Ó Súilleabháin", ""),
    Name("Jiří", "", "Řeřucha", ""), Name("Ľubomír", "", "Štefánik-Ďurica", ""), Name("Tőkés", "", "Erdős Győző", ""),
    Name("Ștefan", "", "Țepeș", ""), Name("Ģirts", "", "Ķēniņš", ""), Name("Žydrūnas", "", "Ąžuolėlis", ""),
    Name("Jüri", "", "Õunapuu", ""), Name("Đorđe", "", "Ljubičić", ""), Name("Begoña", "", "Núñez y Peña", ""),
    Name("João", "", "Conceição", ""), Name("Núria", "", "Col·lell", ""), Name("Œdipe", "", "L’Hôpital", ""),
    Name("François-Noël", "", "Lefèvre-Żak", "III"), Name("Ŋaire", "", "Ɛkuɔ", ""), Name("Adébáyọ̀", "", "Ọláńrewájú", ""),
    Name("Ngozi", "", "Nwọkọcha", ""), Name("Māui", "", "Kahananui-Pōmaikaʻi", ""), Name("Tāwhiri", "", "Ngā Puhi", ""),
    Name("Tłı̨chǫ", "", "Dene", ""), Name("Yahéyóh", "", "Dënë Sųłıné", ""), Name("Nłeʔkepmxcín", "", "Skʷest", ""),
    Name("W̱SÁNEĆ", "", "Pelkey", ""), Name("ƛ̓exʷ", "", "George", ""), Name("Kwakwa̱ka̱ʼwakw", "", "Hunt", ""),
    Name("ᓀᐦᐃᔭᐤ", "", "ᐊᓯᓃ", ""), Name("ᐱᑕ", "", "ᐃᓄᒃᓱᒃ", ""), Name("ᑕᓂᓯ-ᒪᕐᔭ", "", "ᐅᑭᒫᐤ", ""),
    Name("Αλέξανδρος", "", "Οικονόμου-Ψαρράς", ""), Name("Ἀριστοτέλης", "", "Ὀδυσσεύς", ""),
    Name("Ґалаґан", "", "Щербак", ""), Name("Ђорђе", "", "Његош", ""), Name("Ёлкина", "", "Съедобина", ""),
    Name("", "", "X", ""), Name("", "", "Null", ""), Name("O", "", "O’Brien", ""), Name("Ann", "", "'t Hooft", ""),
    Name("J. R.", "", "Smith", "2nd"), Name("AVATAR", "", "To. WAVY, Ta", ""), Name("Fjord", "", "Affiliff", ""),
    Name("Zoe\u0301", "", "Nguye\u0302\u0303n", ""),
    Name("Alexandrina Wilhelmina", "Konstanze Theodora", "Featherstonehaughs", ""),
    Name("a" * 28, "Bea Cora Dee", "c" * 28, ""), Name("Marie-Ève Maximiliane", "Zoé", "c" * 40, "Jr."),
    Name("", "", "WMWMWMWMWMWMWMWMW-WMWMWMWMWMWMWMWMW", ""),
)  # fmt: skip
#: All of them.
ALL_HARD_NAMES = (*HARD_NAMES.values(), *_FURTHER)
