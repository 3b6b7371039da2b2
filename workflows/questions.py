"""What is asked beside any machine: rules about something that is only to come about, or may have changed.

A machine's rules guard what it does with what is there. An order that is to be placed has no state yet, and a document that
waits in a job is looked at again without moving. Such rules are asked under the name of a question, kept under it, and
asked again under it. All questions are declared here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.codes import Label
from models.credentials import Credential
from models.orders import OrderItem
from models.students import Student
from workflows.command import Command
from workflows.facts.circumstances import Circumstances
from workflows.facts.items import ItemFacts
from workflows.facts.ordering import OrderingFacts
from workflows.facts.special_handling import WaybillFacts
from workflows.facts.students import StudentFacts
from workflows.history.decided import Decided, keep
from workflows.machines.decision import Decision
from workflows.machines.order_item import RELEASE_CHECKS
from workflows.rules.binding import require_fit
from workflows.rules.consumers import item_is_released
from workflows.rules.digital_link import link_is_valid
from workflows.rules.holding import (
    asn_is_primary,
    credential_has_number,
    credential_is_awarded,
    digital_is_reprint_to_consumer,
    number_is_active,
    printed_name_can_be_set,
    recipient_address_is_complete,
    student_is_not_on_hold,
)
from workflows.rules.ordering import (
    copies_are_in_bounds,
    credential_is_not_legacy,
    first_run_is_new,
    first_run_is_one_copy_to_student,
    no_awarded_credential_excludes,
    school_year_is_known,
    student_is_not_deceased,
    type_is_highest_of_run,
)
from workflows.rules.printing import document_is_intact
from workflows.rules.reprint import (
    certification_names_country,
    details_fit_item,
    first_run_exists,
    reprint_is_not_repeated,
)
from workflows.rules.rule import Reason, Rule, failing
from workflows.rules.special_handling import waybill_is_usable
from workflows.rules.students import items_of_asn_are_settled
from workflows.source import Source, table

#: The target of a question that was answered with yes.
PASSED = "passed"
_ITEMS, _CREDENTIALS = table(OrderItem).name, table(Credential).name


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Rules asked together of facts of one kind; ``table`` is that of what they are asked about.

    ``warnings`` are rules whose refusal is said and refuses nothing.
    """

    name: str
    label: Label
    table: str
    facts: type[Circumstances]
    rules: tuple[Rule, ...]
    warnings: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        """Rules fit the facts that they are asked of."""
        require_fit((*self.rules, *self.warnings), self.facts)

    def ask(self, facts: Circumstances) -> tuple[Reason, ...]:
        """Every reason against it."""
        return tuple(failing(self.rules, facts))

    def warn(self, facts: Circumstances) -> tuple[Reason, ...]:
        """What is worth knowing, though it refuses nothing."""
        return tuple(failing(self.warnings, facts))

    def keep(
        self, source: Source, command: Command, answered: Iterable[tuple[Circumstances, Sequence[Reason]]]
    ) -> None:
        """Keep what was answered: facts and the reasons against their subjects."""
        asked = Command(self.name, command.actor, command.at, command_id=command.command_id)
        decided = [Decided(facts.subject, facts, self.decision(reasons)) for facts, reasons in answered]
        keep(source, self.table, asked, decided)

    def decision(self, reasons: Sequence[Reason]) -> Decision:
        """The answer as a decision."""
        if reasons:
            return Decision(self.name, "", kind="rule", reasons=tuple(reasons))
        return Decision(self.name, "", target=PASSED)


#: What every first-run line must meet before it is placed.
_FIRST_RUN = (
    first_run_is_new,
    credential_is_not_legacy,
    first_run_is_one_copy_to_student,
    copies_are_in_bounds,
    digital_is_reprint_to_consumer,
    asn_is_primary,
)
#: What will hold the item later unless someone acts; said at ordering, never refused.
_WILL_HOLD = (recipient_address_is_complete, printed_name_can_be_set)
#: What holds a document when it fails as somebody wants to have it.
HOLDING = (student_is_not_on_hold, number_is_active, document_is_intact)

#: A single order of an awarded credential.
FIRST_RUN = Question(
    "order_first_run",
    Label("Order the first-run", "Commander la première impression"),
    _CREDENTIALS,
    OrderingFacts,
    (credential_is_awarded, credential_has_number, number_is_active, *_FIRST_RUN),
    _WILL_HOLD,
)
#: An achieved credential that is awarded and ordered in bulk.
IN_BULK = Question(
    "order_in_bulk",
    Label("Award and order in bulk", "Décerner et commander en lot"),
    _CREDENTIALS,
    OrderingFacts,
    (
        school_year_is_known,
        *_FIRST_RUN,
        student_is_not_deceased,
        no_awarded_credential_excludes,
        type_is_highest_of_run,
    ),
    _WILL_HOLD,
)
#: A line of a reprint.
REPRINT = Question(
    "order_reprint",
    Label("Order a reprint", "Commander une réimpression"),
    _CREDENTIALS,
    OrderingFacts,
    (
        credential_is_awarded,
        details_fit_item,
        credential_has_number,
        copies_are_in_bounds,
        digital_is_reprint_to_consumer,
        first_run_exists,
        asn_is_primary,
        certification_names_country,
        number_is_active,
    ),
    (*_WILL_HOLD, reprint_is_not_repeated),
)
#: The line of a reorder.
REORDERED_LINE = Question(
    "order_again",
    Label("Order again", "Commander de nouveau"),
    _ITEMS,
    OrderingFacts,
    (
        credential_is_awarded,
        credential_has_number,
        number_is_active,
        first_run_is_one_copy_to_student,
        copies_are_in_bounds,
        digital_is_reprint_to_consumer,
        asn_is_primary,
        details_fit_item,
        certification_names_country,
    ),
    _WILL_HOLD,
)
#: Whether an envelope may still go, when its job is released.
LAST_CHECK = Question(
    "last_check",
    Label("Last check of an envelope", "Dernière vérification d'une enveloppe"),
    _ITEMS,
    ItemFacts,
    RELEASE_CHECKS,
)
#: Whether a document may be had now, by the first who asks and by whoever asks again.
DOWNLOAD = Question(
    "download",
    Label("Download", "Télécharger"),
    _ITEMS,
    ItemFacts,
    (item_is_released, link_is_valid, *HOLDING),
)
#: Whether a file may be an item's waybill.
WAYBILL = Question(
    "attach_waybill",
    Label("Attach a waybill", "Joindre un bordereau"),
    _ITEMS,
    WaybillFacts,
    (waybill_is_usable,),
)
#: Whether an ASN may become secondary to another.
BECOME_SECONDARY = Question(
    "become_secondary",
    Label("Become a secondary ASN", "Devenir un NEA secondaire"),
    table(Student).name,
    StudentFacts,
    (items_of_asn_are_settled,),
)

#: Every question by its name; none is an event of a machine.
QUESTIONS: Mapping[str, Question] = {
    each.name: each
    for each in (
        FIRST_RUN,
        IN_BULK,
        REPRINT,
        REORDERED_LINE,
        LAST_CHECK,
        DOWNLOAD,
        WAYBILL,
        BECOME_SECONDARY,
    )
}
