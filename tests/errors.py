"""One error of each class that may be raised, for tests that let it arrive at every door."""

from collections.abc import Callable

from diagrams.figures import NoSchoolError
from diagrams.machines import BY_NAME
from models.codes import Label, Role
from models.edges.extract_file import ExtractError
from models.edges.faults import FaultsError, fault
from models.edges.receipts import UnusableReceiptsError
from models.errors import ExpectedError
from renderers.document import CannotBeSet
from renderers.fonts.characters import Unprintable
from renderers.fonts.faces import FaceNotInstalled
from renderers.masters.kept_master import MasterNotKept
from renderers.masters.master import NoMaster
from renderers.not_rendered import NotRendered
from renderers.pdf.painting import GlyphNotEmbedded
from renderers.pdf.shared_parts import NotABaseDocument
from tests.product import import_all, subclasses
from web.api.protocol.problems import Problem
from workflows.errors import NotRenderedError, RefusedError
from workflows.imprint import UnusableSettingError
from workflows.machines.follows import UndeclaredConsequenceError
from workflows.missing import MissingError
from workflows.operations.access.as_seen import StaleError
from workflows.operations.access.permission import WHO_ORDERS, NotPermittedError
from workflows.operations.delivery.waybill import UnusableWaybillError
from workflows.operations.printing.transmission import AlteredDocumentError, NotTakenError
from workflows.rules.rule import Reason
from workflows.rules.special_handling import waybill_is_usable

_WAYBILL = Reason(waybill_is_usable, {"problems": ["too_large"]})
_FAULT = fault("file_empty", "file", file="receipts.csv")
_LABEL = Label("Mend it.", "Corrigez-le.")

#: How each is made, by its class. A class that raises nothing itself, only what is below it, is not here.
MADE: dict[type[Exception], Callable[[], Exception]] = {
    FaultsError: lambda: FaultsError(_FAULT),
    ExtractError: lambda: ExtractError(_FAULT),
    UnusableReceiptsError: lambda: UnusableReceiptsError(_FAULT),
    UnusableSettingError: lambda: UnusableSettingError(_LABEL),
    NoSchoolError: lambda: NoSchoolError(BY_NAME["consumer"]),
    MissingError: lambda: MissingError("line", 7, order="0000000012"),
    RefusedError: lambda: RefusedError([_WAYBILL], "waybill"),
    NotPermittedError: lambda: NotPermittedError(
        Reason(WHO_ORDERS, {"role": Role.AUDITOR, "roles": [Role.STUDENT_RECORDS]})
    ),
    StaleError: lambda: StaleError("place", "under_construction"),
    UnusableWaybillError: lambda: UnusableWaybillError([_WAYBILL], "waybill"),
    NotTakenError: NotTakenError,
    AlteredDocumentError: lambda: AlteredDocumentError(_LABEL),
    UndeclaredConsequenceError: lambda: UndeclaredConsequenceError(
        "PrintJobMachine.release", "OrderItemMachine.fail"
    ),
    NotRenderedError: lambda: NotRenderedError(NoMaster("HONR en")),
    Problem: lambda: Problem("media_type", _LABEL),
    NoMaster: lambda: NoMaster("HONR en"),
    MasterNotKept: lambda: MasterNotKept("missing"),
    NotABaseDocument: lambda: NotABaseDocument("no master is named in the file"),
    FaceNotInstalled: lambda: FaceNotInstalled("a-font"),
    GlyphNotEmbedded: lambda: GlyphNotEmbedded("glyph 7 of roman"),
    CannotBeSet: lambda: CannotBeSet(Unprintable("character", "Ada ☃", "☃", "U+2603", "SNOWMAN")),
}


def made(kind: type[Exception]) -> Exception:
    """A new error of this class."""
    return MADE[kind]()


def raisable() -> list[type[Exception]]:
    """Every class of both trees that is raised itself: the leaves, and what is raised though others are below it."""
    import_all()
    found = {*subclasses(ExpectedError), *subclasses(NotRendered)}
    return sorted(
        (each for each in found if not each.__subclasses__() or each in MADE), key=lambda each: each.__name__
    )
