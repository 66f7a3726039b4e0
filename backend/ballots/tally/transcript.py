"""The record of a tally that anyone can hash again.

Canonical form: JSON in UTF-8 with sorted keys, no spaces, numbers as integers and fractions as
strings in lowest terms ("7" or "22/7"), over `parameters`, `decisions`, `rounds`, `trials` and
`facts` as the `tally` command prints them, so
`jq -cjS '{parameters, decisions, rounds, trials, facts}' | sha256sum` repeats the digest.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from backend.ballots.tally.outcome import Outcome


def parameters_of(outcome: Outcome) -> dict[str, Any]:
    """All that a recount must be told, as JSON values."""
    parameters: dict[str, Any] = {
        "rule": outcome.rule,
        "budget": outcome.budget,
        "scale": outcome.scale,
        "tie_break": list(outcome.ties.criteria),
        **outcome.parameters,
    }
    if "lot" in outcome.ties.criteria:
        parameters["seed"] = outcome.ties.seed
    return parameters


def transcript(outcome: Outcome) -> dict[str, Any]:
    """The five parts as JSON values; amounts in 1/`scale` of the file's unit."""
    return {
        "parameters": parameters_of(outcome),
        "decisions": [asdict(each) for each in outcome.decisions],
        "rounds": [
            asdict(each) | {"rho": str(each.rho), "payment": str(each.payment)}
            for each in outcome.rounds
        ],
        "trials": [asdict(each) | {"endowment": str(each.endowment)} for each in outcome.trials],
        "facts": dict(outcome.facts),
    }


def canonical_json(outcome: Outcome) -> bytes:
    """The one way to write the transcript down."""
    return json.dumps(
        transcript(outcome), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def transcript_sha256(outcome: Outcome) -> str:
    """The SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical_json(outcome)).hexdigest()
