"""What may be looked at by command and over HTTP: the words, and the path."""

from collections.abc import Callable, Sequence

from tests.acceptance.same.world import World

Look = Callable[[World], tuple[Sequence[object], str]]

#: A look at each thing by command and by its path.
LOOKS: dict[str, Look] = {
    "order_items.list": lambda world: (("items",), "/api/order-items"),
    "order_items.show": lambda world: (
        ("item", "show", world.items["failed"]), f"/api/order-items/{world.items['failed']}",
    ),
    "order_items.history": lambda world: (
        ("item", "history", world.items["failed"]), f"/api/order-items/{world.items['failed']}/history",
    ),
    "order_items.can": lambda world: (
        ("item", "can", world.items["failed"]), f"/api/order-items/{world.items['failed']}/transitions",
    ),
    "credentials.list": lambda world: (("credentials",), "/api/credentials"),
    "credentials.show": lambda world: (
        ("find", world.credentials["printed"]), f"/api/credentials/{world.credentials['printed']}",
    ),
    "credentials.history": lambda world: (
        ("credential", "history", world.credentials["printed"]),
        f"/api/credentials/{world.credentials['printed']}/history",
    ),
    "credentials.can": lambda world: (
        ("credential", "can", world.credentials["printed"]),
        f"/api/credentials/{world.credentials['printed']}/transitions",
    ),
    "orders.list": lambda world: (("orders",), "/api/orders"),
    "orders.show": lambda world: (("cart", "show", world.carts["unpaid"]), f"/api/orders/{world.carts['unpaid']}"),
    "orders.review": lambda world: (
        ("cart", "review", world.carts["building"]), f"/api/orders/{world.carts['building']}/review",
    ),
    "consumers.list": lambda world: (("consumers",), "/api/consumers"),
    "consumers.show": lambda world: (
        ("consumer", "show", world.consumers["active"]), f"/api/consumers/{world.consumers['active']}",
    ),
    "print_jobs.list": lambda world: (("print-jobs",), "/api/print-jobs"),
    "print_jobs.show": lambda world: (
        ("print-job", "show", world.jobs["told"]), f"/api/print-jobs/{world.jobs['told']}",
    ),
    "handling.list": lambda world: (("handling",), "/api/special-handling"),
    "work_lists.deceased": lambda world: (("work-list", "deceased"), "/api/work-lists/deceased"),
    "work_lists.refunds": lambda world: (("work-list", "refunds"), "/api/work-lists/refunds"),
    "messages.list": lambda world: (("messages",), "/api/messages"),
    "messages.show": lambda world: (("message", "show", 1), "/api/messages/1"),
    "bulk.list": lambda world: (("runs",), "/api/bulk-runs"),
    "bulk.show": lambda world: (("run", "show", 1), "/api/bulk-runs/1"),
    "bulk.outcomes": lambda world: (("run", "outcomes", 1), "/api/bulk-runs/1/outcomes"),
    "downloads.list": lambda world: (("downloads",), "/api/downloads"),
}  # fmt: skip

#: Looks that there are over HTTP alone, or that are compared elsewhere.
HTTP_ALONE = {
    "bulk.export": "the outcomes as a file",
    "credentials.export": "the list as a file",
    "order_items.export": "the list as a file",
    "order_items.counts": "the list, counted",
    "order_items.document": "a file of the store, which whoever has the command has",
    "print_jobs.file": "a file of the drop",
    "print_jobs.manifest": "a file of the drop",
    "rules.list": "orders diagram shows them",
    "rules.show": "orders diagram shows them",
    "rules.problem": "what a problem's address leads to",
    "verification.show": "for anybody: test_verification.py",
}
