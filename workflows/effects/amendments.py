"""Amendments: what is asked, recorded and refused like an event, though no state moves. All are declared here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from models.codes import ItemState, Label, Role
from workflows.facts.circumstances import Circumstances
from workflows.facts.items import ItemFacts
from workflows.facts.orders import OrderFacts
from workflows.machines.decision import RefusalKind
from workflows.machines.plan import Plan
from workflows.rules.binding import require_fit
from workflows.rules.delivery import delivery_is_digital
from workflows.rules.digital_link import link_is_valid
from workflows.rules.edit import fields_are_editable, only_delivery_changes_once_rendered
from workflows.rules.holding import digital_is_reprint_to_consumer
from workflows.rules.may import May, may, may_own
from workflows.rules.order import no_payment_is_pending, order_is_under_construction
from workflows.rules.ordering import copies_are_in_bounds, first_run_is_one_copy_to_student
from workflows.rules.reprint import certification_names_country, details_fit_item
from workflows.rules.rule import Reason, Rule, failing
from workflows.rules.status import refund_is_due


@dataclass(frozen=True, slots=True, eq=False)
class Amendment:
    """A change that moves no state: who may make it, and the rules that guard it.

    Without ``who`` the operation that makes it has asked already. ``stands`` says whether there is anything to amend; where
    there is not, ``link_is_valid`` is told as the reason. Rules ``as_changed`` are asked of the subject as it will be.
    """

    label: Label
    facts: type[Circumstances]
    rules: tuple[Rule, ...]
    who: May | None = None
    stands: Callable[[Any], bool] | None = None
    as_changed: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        """Rules fit the facts that they are asked of."""
        require_fit(self.all_rules, self.facts)

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """Every rule that may refuse it, roles among them."""
        who = () if self.who is None else (self.who,)
        nothing = () if self.stands is None else (link_is_valid,)
        return (*who, *nothing, *self.rules, *self.as_changed)

    def judge(self, facts: Any) -> tuple[RefusalKind, list[Reason]]:
        """The kind of a refusal, and every reason for it; without reasons it may be made."""
        if self.who is not None and (reasons := failing([self.who], facts)):
            return "permission", reasons
        if self.stands is not None and not self.stands(facts):
            return "no_such_transition", [Reason(link_is_valid, {})]
        changed = failing(self.as_changed, facts.as_edited()) if self.as_changed else []
        return "rule", [*failing(self.rules, facts), *changed]


def _may_have_link(facts: ItemFacts) -> bool:
    return facts.item.state in {ItemState.RENDERED, ItemState.DELIVERED}


def _waits_with_link(facts: ItemFacts) -> bool:
    return facts.item.state is ItemState.RENDERED and facts.item.link_expires_on is not None


#: While its lines change, an order is a cart (60112, 60113).
_OF_CART = (no_payment_is_pending, order_is_under_construction)

#: Every amendment by the name under which it is asked, refused and recorded.
AMENDMENTS: Mapping[str, Amendment] = {
    "edit": Amendment(
        Label("Edit", "Modifier"),
        ItemFacts,
        (fields_are_editable, only_delivery_changes_once_rendered),
        # The public its own only (CO-11).
        who=may_own(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT, Role.PUBLIC),
        # What a line that is newly placed must meet.
        as_changed=(
            first_run_is_one_copy_to_student,
            copies_are_in_bounds,
            digital_is_reprint_to_consumer,
            details_fit_item,
            certification_names_country,
        ),
    ),
    "new_link": Amendment(
        Label("New link", "Nouveau lien"),
        ItemFacts,
        (delivery_is_digital,),
        who=may(Role.STUDENT_RECORDS, Role.OPERATIONAL_SUPPORT),
        stands=_may_have_link,
    ),
    "remind": Amendment(
        Label("Remind", "Rappeler"), ItemFacts, (delivery_is_digital,), stands=_waits_with_link
    ),
    "refund": Amendment(
        Label("Refund", "Rembourser"), ItemFacts, (refund_is_due,), who=may(Role.STUDENT_RECORDS)
    ),
    "add_line": Amendment(Label("Add a line", "Ajouter une ligne"), OrderFacts, _OF_CART),
    "edit_line": Amendment(Label("Edit a line", "Modifier une ligne"), OrderFacts, _OF_CART),
    "remove_line": Amendment(Label("Leave a line out", "Retirer une ligne"), OrderFacts, _OF_CART),
}


def label_of(plan: Plan, event: str) -> Label:
    """An event of ``plan``, or an amendment, as people read it."""
    return plan.events.get(event) or AMENDMENTS[event].label
