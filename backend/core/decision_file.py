"""The decision log as a file: one JSON object a line, with everything its hashes were made from."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from backend.core.check_log import only_entry
from backend.core.decision_log import Decision
from backend.core.errors import Invalid

_TEXTS = ("actor", "action", "subject", "facts", "previous_hash", "hash")


def entry_line(entry: Any) -> str:
    """One entry, or a row with its columns; `facts` stays the very text that was hashed."""
    moment = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = {"sequence": entry.sequence, "at": moment}
    fields |= {name: getattr(entry, name) for name in _TEXTS}
    return json.dumps(fields, ensure_ascii=False) + "\n"


def read_entries(lines: Iterable[str]) -> Iterator[Decision]:
    """The entries of a file in its order; raises `Invalid` at a line that is none."""
    for number, line in enumerate(lines, start=1):
        try:
            fields = json.loads(line, object_pairs_hook=only_entry)
            texts = {name: str(fields[name]) for name in _TEXTS}
            at = datetime.fromisoformat(fields["at"])
            entry = Decision(sequence=int(fields["sequence"]), at=at, **texts)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Invalid("log-file-not-readable", line=number) from error
        yield entry
