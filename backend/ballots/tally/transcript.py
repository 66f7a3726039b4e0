"""The record of a tally that anyone can hash again.

Canonical form: JSON in UTF-8 with sorted keys, no spaces, integers only, over `parameters` and
`decisions` as the `tally` command prints them, so `jq -cjS '{parameters, decisions}' | sha256sum`
on its output repeats the digest.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from backend.ballots.tally.outcome import Outcome


def transcript(outcome: Outcome) -> dict[str, Any]:
    """`parameters` and `decisions` as JSON values; amounts in 1/`scale` of the file's unit."""
    parameters = {
        "rule": outcome.rule,
        "budget": outcome.budget,
        "scale": outcome.scale,
        "tie_break": outcome.tie_break,
        **outcome.parameters,
    }
    return {"parameters": parameters, "decisions": [asdict(each) for each in outcome.decisions]}


def canonical_json(outcome: Outcome) -> bytes:
    """The one way to write the transcript down."""
    return json.dumps(
        transcript(outcome), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def transcript_sha256(outcome: Outcome) -> str:
    """The SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical_json(outcome)).hexdigest()
