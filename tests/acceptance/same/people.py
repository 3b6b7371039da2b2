"""Changes of students and of digital document consumers."""

from hypothesis import strategies as st

from tests.acceptance.same.case import ADDRESSES, DAYS, LANGUAGES, Operation, body, named, of_one, typed


def _consumer(event: str, first: str) -> Operation:
    return of_one(
        ("consumer", event),
        lambda client: lambda number: client.people.consumer(number, event),
        lambda world: world.consumers,
        first,
    )


OPERATIONS = {
    "students.hold": Operation(
        lambda asn, how: ("student", "hold", asn, *typed(how)),
        lambda client, asn, how: client.people.student(asn, "hold", **how),
        lambda world: {"asn": named(world.asns, "printed"), "how": body(until=DAYS)},
    ),
    "students.end_hold": of_one(
        ("student", "end-hold"),
        lambda client: lambda asn: client.people.student(asn, "end-hold"),
        lambda world: world.asns,
        "held",
    ),
    "students.deceased": Operation(
        lambda asn, dead: ("student", "deceased", asn, *([] if dead else ["--undo"])),
        lambda client, asn, dead: client.people.student(asn, "deceased", deceased=dead),
        lambda world: {"asn": named(world.asns, "printed"), "dead": st.sampled_from([True, False])},
    ),
    "students.move": Operation(
        lambda asn, address, how: ("student", "move", asn, *typed({"address": address, **how})),
        lambda client, asn, address, how: client.people.student(asn, "move", address=address, **how),
        lambda world: {"asn": named(world.asns, "held"), "address": ADDRESSES, "how": body(expires_on=DAYS)},
    ),
    "consumers.register": Operation(
        lambda what, how: ("consumer", "add", *typed({**what, **how})),
        lambda client, what, how: client.people.register(**what, **how),
        lambda world: {
            "what": st.fixed_dictionaries(
                {
                    "name": st.sampled_from(["University of Bow River", "", "active", "x" * 204]),
                    "email_domain": st.sampled_from(["bowriver.example", "no domain", "active.example", ""]),
                    "email": st.sampled_from(["registrar@bowriver.example", "nobody", ""]),
                }
            ),
            "how": body(language=LANGUAGES),
        },
    ),
    "consumers.activate": _consumer("activate", "pending"),
    "consumers.decline": _consumer("decline", "pending"),
    "consumers.reconsider": _consumer("reconsider", "active"),
}  # fmt: skip
