"""Changes of credentials: awards, first-runs, reprints, re-issues, deletions."""

from hypothesis import strategies as st

from models.codes import DeleteReason
from tests.acceptance.same.case import (
    FLAG,
    LANGUAGES,
    METHODS,
    NOTES,
    YEARS,
    Operation,
    body,
    line,
    named,
    reasons,
    typed,
)


def _noted(event: str, first: str) -> Operation:
    return Operation(
        lambda number, why: ("credential", event, number, *typed(why)),
        lambda client, number, why: getattr(client.credentials, event.replace("-", "_"))(number, **why),
        lambda world: {"number": named(world.credentials, first), "why": body(note=NOTES)},
    )


OPERATIONS = {
    "credentials.award": Operation(
        lambda asn, kind, how: ("award", asn, kind, *typed(how)),
        lambda client, asn, kind, how: client.credentials.award(asn, kind, **how),
        lambda world: {
            "asn": named(world.asns, "achieved"),
            "kind": st.sampled_from(["AHSD", "CHSA", "NONE"]),
            "how": body(school_year=YEARS, order=FLAG, delivery_method=METHODS, language=LANGUAGES),
        },
    ),
    "credentials.first_run": Operation(
        lambda number, how: ("first-run", number, *typed(how)),
        lambda client, number, how: client.credentials.first_run(number, **how),
        lambda world: {
            "number": named(world.credentials, "renamed"),
            "how": body(delivery_method=METHODS, language=LANGUAGES),
        },
    ),
    "credentials.reprint": Operation(
        lambda number, how: ("reprint", number, *typed(how)),
        lambda client, number, how: client.credentials.reprint(number, **how),
        lambda world: {
            "number": named(world.credentials, "printed"),
            "how": body(
                consumer=st.sampled_from([*world.consumers.values(), 0]),
                current_name=FLAG,
                **line(),
            )
            | st.fixed_dictionaries(
                {"delivery_method": st.just("digital"), "consumer": named(world.consumers, "active")}
            ),
        },
    ),
    "credentials.reissue": Operation(
        lambda number, how: ("credential", "reissue", number, *typed(how)),
        lambda client, number, how: client.credentials.reissue(number, **how),
        lambda world: {
            "number": named(world.credentials, "renamed"),
            "how": body(school_year=YEARS, note=NOTES),
        },
    ),
    "credentials.delete": Operation(
        lambda number, reason, why: (
            "credential", "delete", number, *typed({"reason": reason} if reason else {}), *typed(why),
        ),
        lambda client, number, reason, why: client.credentials.delete(number, reason, **why),
        lambda world: {
            "number": named(world.credentials, "renamed"),
            "reason": reasons("AwardedInError", list(DeleteReason)),
            "why": body(note=NOTES),
        },
    ),
    "credentials.undelete": _noted("undelete", "deleted"),
    "credentials.undo_supersession": _noted("undo-supersession", "superseded"),
}  # fmt: skip
