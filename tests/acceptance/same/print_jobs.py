"""Changes of print jobs."""

from hypothesis import strategies as st

from models.codes import DiscardReason, Role
from tests.acceptance.same.case import FLAG, NOTES, File, Operation, body, named, of_one, typed

_RECEIPTS = st.sampled_from(
    [
        "sequence,outcome,date\n1,mailed,2026-03-02\n",
        "sequence,outcome,date\n1,pulled,2026-03-02\n2,mailed,2026-03-02\n",
        "sequence,outcome,date\n1,lost,2026-03-02\n",
        "sequence,outcome,date\n9,mailed,2026-03-02\n",
        "sequence,outcome\n1,mailed\n",
        "sequence,outcome,date,spoiled_sheets\n1,mailed,2026-03-02,10001\n",
        "sequence,outcome,date\n1,mailed,2026-W10-1\n99999999999,mailed,2026-03-02\n",
        "sequence,outcome,date\n1,mailed,2026-03-02\n1,pulled,2026-03-02\n",
        "sequence,outcome,date\n1,mailed,2026-03-02\n1,mailed,2026-03-02\n",
        "sequence,outcome,date\n1,mailed,2026-03-03\n",
        "sequence,outcome,date\n1,mailed,2026-03-01\n",
        "sequence,outcome,date\n1\x001,mailed,2026-03-02\n",
        "sequence,outcome,date\n",
        "sequence;outcome;date\n1;mailed;2026-03-02\n",
        "",
    ]
)


def _job(event: str, first: str) -> Operation:
    return of_one(
        ("print-job", event),
        lambda client: lambda job: client.print_jobs.do(job, event),
        lambda world: world.jobs,
        first,
    )


OPERATIONS = {
    "print_jobs.release": _job("release", "open"),
    "print_jobs.transmit": _job("transmit", "released"),
    "print_jobs.reconcile": _job("reconcile", "told"),
    "print_jobs.resend": _job("resend", "failed"),
    "print_jobs.discard": Operation(
        lambda job, why: ("print-job", "discard", job, *typed(why)),
        lambda client, job, why: client.print_jobs.do(job, "discard", **why),
        lambda world: {
            "job": named(world.jobs, "failed"),
            "why": st.just({"reason": "WrongContent", "no_copy": True})
            | body(reason=st.sampled_from(["Nonsense", *DiscardReason]), note=NOTES, no_copy=FLAG),
        },
    ),
    "print_jobs.acknowledge": Operation(
        lambda job, told: ("print-job", "acknowledge", job, File(told.encode())),
        lambda client, job, told: client.print_jobs.acknowledge_csv(job, told),
        lambda world: {"job": named(world.jobs, "transmitted"), "told": _RECEIPTS},
        Role.PRINT_PROVIDER,
    ),
}
