"""The automatic steps, each listed once: what is due for it, and what it does to what is due.

The database is the queue of record; a message with ids is only a hint. A step looks again at what it is given, so
a message that comes twice, late, or never does no harm.
"""

from sqlalchemy import and_, func, select
from sqlmodel import Session

from actors.steps import bulk, delivery, evidence, forgetting, ordering, printing, processing
from actors.steps.step import CALENDAR, Moment, Step
from models.orders import OrderItem
from models.print_jobs import PrintJob
from workflows.source import table

#: Every automatic step. What is further along goes first, so that work is finished before new work is begun.
STEPS = (
    Step("transmit_print_jobs", printing.jobs_to_transmit, printing.transmit_print_jobs, batch=1),
    Step("write_print_files", printing.unwritten_jobs, printing.write_print_files, queue="render", batch=1),
    Step("release_print_jobs", printing.jobs_to_release, printing.release_print_jobs, batch=10),
    Step("gather_items", printing.rendered_items, printing.gather_items),
    Step("expire_links", delivery.links_that_ended, delivery.expire_links, every=CALENDAR),
    Step("remind_consumers", delivery.links_that_end_soon, delivery.remind_consumers, every=CALENDAR),
    Step("presume_delivered", delivery.long_sent_items, delivery.presume_delivered, every=CALENDAR),
    Step("purge_print_files", printing.old_print_files, printing.purge_print_files, every=CALENDAR),
    Step("requeue_items", processing.lapsed_items, processing.requeue_items),
    Step("release_items", processing.held_items, processing.release_items),
    Step(
        "ask_for_payments", ordering.unanswered_payments, ordering.ask_for_payments, batch=10, every=CALENDAR
    ),
    Step("abandon_carts", ordering.idle_carts, ordering.abandon_carts, every=CALENDAR),
    Step("carry_on_bulk_runs", bulk.unfinished_runs, bulk.carry_on_bulk_runs, batch=1),
    Step("process_items", processing.created_items, processing.process_items, queue="render"),
    Step("send_messages", delivery.unsent_messages, delivery.send_messages, batch=25),
    Step("sign_print_jobs", evidence.unsigned_print_jobs, evidence.sign_print_jobs, batch=10),
    Step("forget_facts", forgetting.old_facts, forgetting.forget_facts, every=CALENDAR),
    Step("forget_answers", forgetting.old_answers, forgetting.forget_answers, every=CALENDAR),
    Step("sign_days", evidence.unsigned_day, evidence.sign_days, batch=1, every=CALENDAR),
)


def live_leases(session: Session, moment: Moment) -> int:
    """How many leases other workers hold that have not lapsed."""
    total = 0
    for of in (table(OrderItem), table(PrintJob)):
        alive = and_(of.c.lease_until > moment.now, of.c.lease_owner.not_in(moment.stopped))
        total += session.connection().execute(select(func.count()).select_from(of).where(alive)).scalar_one()
    return total
