"""``orders verify-history``: what was tampered with is told by the names that people know, in both languages and as JSON."""

import sqlite3

import pytest

from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import credential, import_, student

ASN = "100000001"


@pytest.fixture
def number(orders: Orders) -> str:
    """The number of an item that was processed."""
    import_(orders, [student(ASN)], [credential(ASN)])
    orders.ok("award", ASN, "AHSD", "--order")
    orders.ok("work", "--until-idle")
    assert orders.ok("verify-history")["whole"]
    return str(orders.items()[0]["number"])


def tamper(orders: Orders, statement: str) -> None:
    """Change the database behind the program's back."""
    with sqlite3.connect(orders.folder / "orders.db") as database:
        database.execute(statement)
    database.close()


def test_a_row_is_told_by_the_number_of_its_item(orders: Orders, number: str) -> None:
    """People read the item's number and the row; a service finds table, id and seq."""
    if orders.server is not None:
        pytest.skip("edits a file")
    tamper(orders, "UPDATE order_item_history SET actor_name = 'nobody' WHERE seq = 1")
    english, french = (orders.call("verify-history", "--lang", language) for language in ("en", "fr"))
    assert (english.exit_code, french.exit_code) == (1, 1)
    assert f"item {number}, row 1 was changed, or does not belong there" in english.out
    assert f"article {number}, ligne 1 a été modifiée" in french.out
    found = orders.call("verify-history", "--json").json
    (row,) = found["rows"]
    assert (row["table"], row["name"], row["seq"], row["fault"]) == (
        "order_item_history",
        number,
        1,
        "broken",
    )
    assert found["broken"]["order_item_history"] == [[row["subject"], 1]]


def test_a_database_without_a_table_is_a_document_too(orders: Orders, number: str) -> None:
    """What can't be read at all is no traceback: exit 5, and JSON where it was asked for."""
    if orders.server is not None:
        pytest.skip("edits a file")
    assert number
    tamper(orders, "ALTER TABLE order_item_history RENAME COLUMN note TO nota")
    said = orders.run("verify-history", "--json")
    assert said.exit_code == 5
    assert said.json["error"]["exit_code"] == 5
    assert "note" in said.json["error"]["message"]["en"]
    plain = orders.run("verify-history")
    assert (plain.exit_code, plain.out) == (5, "")
    assert "La base de données est inutilisable" in plain.err
