"""``orders preview-name``: how a name will stand on a credential, or the character that keeps it off."""

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from cli.terminal.context import USAGE, Context
from cli.terminal.parse import asn_of, refuse_faults
from cli.terminal.present import require_reader, tell_refusal
from models.codes import CredentialType, Label, Language
from models.edges.text import check_names
from models.students import Student
from models.typography import decimal
from renderers.content import DocumentContent, Imprint, Name
from renderers.document import render
from renderers.fonts.names import NAME_SIZE, NAME_WIDTH, SetName, set_name
from renderers.masters.master import Masters
from workflows.rules.holding import printed_name_can_be_set, refused_name
from workflows.rules.rule import Reason
from workflows.source import table

EVENT = "preview-name"
#: The ladder of domain §7, "Names on paper", by the number that items keep.
FORMATS = {
    1: Label("first, middle, last, suffix", "prénom, autres prénoms, nom, suffixe"),
    2: Label("first, middle initials, last, suffix", "prénom, initiales des autres prénoms, nom, suffixe"),
    3: Label("first, last, suffix", "prénom, nom, suffixe"),
    4: Label("initials, last, suffix", "initiales, nom, suffixe"),
}
FACES = {
    "roman": Label("EB Garamond", "EB Garamond"),
    "sans": Label(
        "DejaVu Sans, the fallback for the whole name", "DejaVu Sans, police de secours pour tout le nom"
    ),
}
_FORMAT = Label("Format {number} of 4: {parts}", "Format {number} sur 4 : {parts}")
_FACE = Label("Face: {face}, {size} pt", "Police : {face}, {size} pt")
_LINE = Label(
    "Line {number}: “{text}”, {width} of {box} pt", "Ligne {number} : « {text} », {width} sur {box} pt"
)
_WRITTEN = Label("Specimen page: {file}", "Page spécimen : {file}")
_ONE_OF_BOTH = Label(
    "Give the ASN of a student, or a name with --last; not both.",
    "Donnez le NEA d'un élève, ou un nom avec --last; pas les deux.",
)
_ONLY_PDF = Label(
    "The page is written as PDF: give --to a name that ends in .pdf, not {file}.",
    "La page s'écrit en PDF : donnez à --to un nom qui finit par .pdf, non {file}.",
)


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(EVENT)(preview_name)


def preview_name(
    call: typer.Context,
    asn: Annotated[str | None, typer.Argument(metavar="[ASN]", help="The student's legal name.")] = None,
    last: Annotated[str | None, typer.Option(help="Or any name: the last name.")] = None,
    first: Annotated[str, typer.Option(help="First name.")] = "",
    middle: Annotated[str, typer.Option(help="Middle names.")] = "",
    suffix: Annotated[str, typer.Option(help="Suffix, such as Jr.")] = "",
    credential_type: Annotated[CredentialType, typer.Option("--type", help="Type of the page.")] = (
        CredentialType.AHSD
    ),
    language: Annotated[Language, typer.Option(help="Language of the page.")] = Language.EN,
    file: Annotated[Path | None, typer.Option("--to", help="Write a specimen page there (.pdf).")] = None,
) -> None:
    """Show the format, lines, widths and face of a printed name, or what CO-06 says against it; orders nothing."""
    context: Context = call.obj
    require_reader(context, EVENT)
    if file is not None and file.suffix.lower() != ".pdf":
        context.stop(USAGE, _ONLY_PDF, file=file)
    if (asn is None) == (last is None) or (asn is not None and any((first, middle, suffix))):
        context.stop(USAGE, _ONE_OF_BOTH)
    name = (
        _legal_name(context, asn) if asn is not None else _typed(context, first, middle, last or "", suffix)
    )
    found = set_name(name)
    if not isinstance(found, SetName):
        _refuse(context, name)
    if file is not None:
        file.write_bytes(specimen(context, name, credential_type, language))
    _show(context, name, found, file)


def specimen(context: Context, name: Name, credential_type: CredentialType, language: Language) -> bytes:
    """The credential page with this name as PDF, marked as a specimen even in production; all numbers are zeros."""
    today = context.command(EVENT).today
    content = DocumentContent(
        item_number="0000000000-00",
        credential_type=credential_type.value,
        language=language.value,
        letter="none",
        name=name,
        asn="0" * 9,
        credential_number="0" * 10,
        awarded_on=today,
        processed_on=today,
        recipient="",
        address=(),
        verification_link=f"{context.settings.verify_url.rstrip('/')}/{'0' * 32}",
    )
    return render(content, Masters(Imprint(specimen=True), context.installation.store)).pdf


def _legal_name(context: Context, text: str) -> Name:
    asn = asn_of(context, text)
    with context.reading() as source:
        rows = source.rows(Student, table(Student).c.asn == asn)
    if not rows:
        context.stop_missing("student", asn)
    (student,) = rows
    return Name(student.first_name, student.middle_name, student.last_name, student.suffix)


def _typed(context: Context, first: str, middle: str, last: str, suffix: str) -> Name:
    parts = {"first_name": first, "middle_name": middle, "last_name": last, "suffix": suffix}
    refuse_faults(context, check_names(parts))
    return Name(first, middle, last, suffix)


def _refuse(context: Context, name: Name) -> NoReturn:
    no = refused_name(name)
    tell_refusal(context, EVENT, [Reason(printed_name_can_be_set, no.params)] if no is not None else [])


def _show(context: Context, name: Name, found: SetName, file: Path | None) -> None:
    context.emit(_view(name, found, file))
    context.say(_FORMAT, number=found.format, parts=FORMATS[found.format].in_(context.language))
    for number, (line, width) in enumerate(zip(found.lines, found.widths, strict=True), start=1):
        context.say(_LINE, number=number, text=line, width=decimal(width, context.language), box=NAME_WIDTH)
    context.say(_FACE, face=FACES[found.face].in_(context.language), size=NAME_SIZE)
    if file is not None:
        context.say(_WRITTEN, file=file)


def _view(name: Name, found: SetName, file: Path | None) -> dict[str, Any]:
    return {
        "name": {"first": name.first, "middle": name.middle, "last": name.last, "suffix": name.suffix},
        "printed_name": found.text,
        "format": {"number": found.format, "parts": FORMATS[found.format]._asdict()},
        "face": {"code": found.face, "name": FACES[found.face]._asdict()},
        "size": NAME_SIZE,
        "box_width": NAME_WIDTH,
        "lines": [
            {"text": line, "width": round(width, 2)}
            for line, width in zip(found.lines, found.widths, strict=True)
        ],
        "file": None if file is None else str(file),
    }
