"""What can't be kept is refused by every command with what is wrong with it, in both languages, and nothing is changed."""

import pytest

from tests.acceptance.command_line import Orders

LONG = "x" * 501
PLACE = ("--line", "800 Macleod Trail SE", "--city", "Calgary")
NUMBER, ITEM, JOB = "0000000017", "0000000001-01", "000001"


@pytest.mark.parametrize(
    "words",
    [
        ("credential", "reissue", NUMBER),
        ("credential", "delete", NUMBER, "--reason", "Other"),
        ("credential", "undelete", NUMBER),
        ("credential", "undo-supersession", NUMBER),
        ("print-job", "discard", JOB, "--reason", "Other"),
        ("item", "do", ITEM, "hold", "--reason", "Other"),
        ("items-do", "cancel", "--state", "created", "--reason", "Other"),
        ("reorder", ITEM, "--reason", "Other"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_note_has_its_limit_wherever_it_is_typed(orders: Orders, words: tuple[str, ...]) -> None:
    """501 characters are one too many, whatever there is to note them for."""
    message = malformed(orders, *words, "--note", LONG)
    assert "500" in message["en"]
    assert "501" in message["fr"]


def test_every_fault_of_a_reprint_is_told_at_once(orders: Orders) -> None:
    """Whoever corrects one corrects all."""
    message = malformed(
        orders, "reprint", NUMBER, "--recipient-kind", "other", "--certification-country", "XX",
        "--requested-by", " Ada", *PLACE, "--country", "Canada",
    )  # fmt: skip
    for label in ("Recipient", "Country of certification", "Requested by", "Country:"):
        assert label in message["en"]


def test_a_document_that_follows_the_student_has_no_other_recipient(orders: Orders) -> None:
    """Neither is dropped silently."""
    message = malformed(
        orders, "reorder", ITEM, "--follow-student", "--recipient", "Ada", *PLACE, "--country", "CA"
    )
    assert "Recipient" in message["en"]
    assert "Adresse" in message["fr"]


def test_an_address_has_a_country(orders: Orders) -> None:
    """Of a reprint as of a line of a cart."""
    assert "--country" in malformed(orders, "reprint", NUMBER, *PLACE)["en"]
    order = orders.ok("cart", "new", "--on-behalf-of", "Maya")["order"]
    message = malformed(orders, "cart", "add", order, "100000001", "AHSD", "--city", "Calgary")
    assert "--country" in message["fr"]


def test_only_student_records_orders_for_somebody_else(orders: Orders) -> None:
    """The public's cart is its own; a name that would be ignored is refused."""
    message = malformed(orders, "cart", "new", "--on-behalf-of", "Maya", "--as", "public:ada")
    assert "Student Records" in message["en"]
    assert orders.ok("orders")["orders"] == []


def malformed(orders: Orders, *words: str) -> dict[str, str]:
    """What a command says of words that it does not take."""
    result = orders.call(*words, "--json")
    assert result.exit_code == 2, result
    message: dict[str, str] = result.json["error"]["message"]
    assert message["en"] != message["fr"]
    return message
