"""History rows: the chain of hashes that makes a rewritten past show."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from workflows.rules.rule import plain

#: Columns that the hash covers, in the order of the table.
HASHED = (
    "subject_id",
    "seq",
    "event",
    "from_state",
    "to_state",
    "at",
    "actor_role",
    "actor_name",
    "reason",
    "note",
    "detail",
    "command_id",
    "rule_set",
    "previous_hash",
)


def chained(row: Mapping[str, Any]) -> dict[str, Any]:
    """``row`` with its ``hash``: SHA-256 over its columns, the previous hash among them."""
    return {**row, "hash": digest(row)}


def digest(row: Mapping[str, Any]) -> str:
    """The hash that ``row`` must carry."""
    return digest_of(_values(row))


#: The columns of a row in the order in which they are hashed.
_values = itemgetter(*HASHED)


def digest_of(values: Sequence[Any]) -> str:
    """The hash of the values of :data:`HASHED`; an instant may come as the text that it is hashed as."""
    return hashlib.sha256(_encode(values).encode("utf-8", "surrogatepass")).hexdigest()


class Pen:
    """Hashes the rows of one command, whose circumstances it writes out once; :func:`digest` is its plain twin."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        """A pen for the rows that share event, time, actor, reason, note, command and rule set with ``row``."""
        self._event = _written(row["event"])
        self._who_and_why = ",".join(
            _written(row[name]) for name in ("at", "actor_role", "actor_name", "reason", "note")
        )
        self._command = f"{_written(row['command_id'])},{_written(row['rule_set'])}"

    def digest(self, row: Mapping[str, Any]) -> str:
        """The hash that ``row`` must carry."""
        detail = row["detail"]
        text = (
            f"[{row['subject_id']},{row['seq']},{self._event},{_written(row['from_state'])},"
            f"{_written(row['to_state'])},{self._who_and_why},{'null' if detail is None else _written(detail)},"
            f"{self._command},{_written(row['previous_hash'])}]"
        )
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


#: A text as the encoder writes it.
_quoted = json.encoder.encode_basestring


def _written(value: Any) -> str:
    return _quoted(value) if type(value) is str else _ENCODE(_same_everywhere(value))


def _same_everywhere(value: Any) -> Any:
    """What JSON has no word for: an instant as text that does not depend on the zone in which it was given."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else plain(value)


_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_same_everywhere
).encode
