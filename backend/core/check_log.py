"""Check a city's decision log: one file that needs nothing but Python 3.9 or later.

    python check_log.py decisions.jsonl [MARK]

decisions.jsonl is the log as the city publishes it, one entry a line. MARK is a mark noted earlier,
or its first 12 digits or more: a log that was written anew from the ground up no longer has it.
Prints every fault, and exits with 1 where there is one, with 2 where the file or the mark is none.

An entry's mark is the SHA-256 of a JSON array: the mark of the entry before (64 zeros before the
first), the number, the moment, who decided, what, of what, and the facts, without any spaces.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Sequence

GENESIS = "0" * 64
NAMES = ("previous_hash", "sequence", "at", "actor", "action", "subject", "facts")


def mark_of(entry: "dict[str, object]") -> str:
    """The mark an entry must have."""
    parts = [entry[name] for name in NAMES]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def only_entry(pairs: "list[tuple[str, object]]") -> "dict[str, object]":
    """An entry as JSON has it; ValueError where it holds more, or a name twice: readers differ
    in which of two they take."""
    if sorted(name for name, _ in pairs) != sorted((*NAMES, "hash")):
        raise ValueError(f"an entry has each of {', '.join(NAMES)} and hash once, and nothing else")
    return dict(pairs)


def read_mark(text: str) -> str:
    """A mark, or its beginning, as people copy it; ValueError where it is none."""
    mark = text.strip().rstrip("….").lower()
    if not re.fullmatch("[0-9a-f]{12,64}", mark):
        raise ValueError(f"{text} is not a mark: 64 digits from 0 to f, or the first 12 or more")
    return mark


def check(lines: "Iterable[str]", known: str = "") -> "tuple[int, str, list[str]]":
    """Where the log ends, and what is wrong with it, each fault as words."""
    number, last, is_known = 0, GENESIS, GENESIS.startswith(known)
    faults: list[str] = []
    for line in lines:
        entry = json.loads(line, object_pairs_hook=only_entry)
        if entry["sequence"] != number + 1:
            faults.append(f"entry {entry['sequence']} follows entry {number}")
        elif entry["previous_hash"] != last:
            faults.append(f"entry {entry['sequence']} does not follow the one before it")
        if entry["hash"] != mark_of(entry):
            faults.append(f"entry {entry['sequence']} was changed after it was written")
        number, last = entry["sequence"], entry["hash"]
        is_known = is_known or last.startswith(known)
    if not number:
        faults.append("the file holds no entry: nothing was checked")
    elif not is_known:
        faults.append(f"no mark in the log is or begins with {known}")
    return number, last, faults


def main(arguments: "Sequence[str]") -> int:
    """What to exit with."""
    if not 1 <= len(arguments) <= 2:
        print(__doc__)
        return 2
    try:
        known = "".join(map(read_mark, arguments[1:]))
    except ValueError as error:
        print(error)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as lines:
            number, last, faults = check(lines, known)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"{arguments[0]} is not a decision log: {error!r}")
        return 2
    for fault in faults:
        print(fault)
    if known and not faults:
        print(f"the log has the mark you kept, by {len(known)} of its 64 digits")
    print(f"{number} entries, the last with the mark {last}: " + ("faults" if faults else "whole"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
