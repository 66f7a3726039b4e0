"""Check a city's decision log: one file that needs nothing but Python 3.9 or later.

    python check_log.py decisions.jsonl [MARK]

decisions.jsonl is the log as the city publishes it, one entry a line. MARK is a mark noted earlier:
a log that was written anew from the ground up no longer has it. Prints every fault, and exits with
1 where there is one, with 2 where the file is none.

An entry's mark is the SHA-256 of a JSON array: the mark of the entry before (64 zeros before the
first), the number, the moment, who decided, what, of what, and the facts, without any spaces.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Sequence

GENESIS = "0" * 64


def mark_of(entry: "dict[str, object]") -> str:
    """The mark an entry must have."""
    names = ("previous_hash", "sequence", "at", "actor", "action", "subject", "facts")
    parts = [entry[name] for name in names]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check(lines: "Iterable[str]", known: "str | None" = None) -> "tuple[int, str, list[str]]":
    """Where the log ends, and what is wrong with it, each fault as words."""
    number, last, is_known = 0, GENESIS, known in (None, GENESIS)
    faults: list[str] = []
    for line in lines:
        entry = json.loads(line)
        if entry["sequence"] != number + 1:
            faults.append(f"entry {entry['sequence']} follows entry {number}")
        elif entry["previous_hash"] != last:
            faults.append(f"entry {entry['sequence']} does not follow the one before it")
        if entry["hash"] != mark_of(entry):
            faults.append(f"entry {entry['sequence']} was changed after it was written")
        number, last = entry["sequence"], entry["hash"]
        is_known = is_known or last == known
    if not is_known:
        faults.append(f"the mark {known} is nowhere in the log")
    return number, last, faults


def main(arguments: "Sequence[str]") -> int:
    """What to exit with."""
    if not 1 <= len(arguments) <= 2:
        print(__doc__)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as lines:
            number, last, faults = check(lines, *arguments[1:])
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{arguments[0]} is not a decision log: {error!r}")
        return 2
    for fault in faults:
        print(fault)
    print(f"{number} entries, the last with the mark {last}: " + ("faults" if faults else "whole"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
