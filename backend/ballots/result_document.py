"""A result in short, as JSON: the winners, and all that a recount must be told."""

import json
from typing import Any

from backend.ballots.tally.amounts import in_file_unit
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.transcript import transcript, transcript_sha256


def result_of(outcome: Outcome) -> dict[str, Any]:
    """Amounts in the file's unit; `parameters` as in the transcript."""
    return {
        "winners": list(outcome.winners),
        "cost": in_file_unit(outcome.cost, outcome.scale),
        "budget": in_file_unit(outcome.budget, outcome.scale),
        "exact": True,
        "transcript_sha256": transcript_sha256(outcome),
        "parameters": transcript(outcome)["parameters"],
    }


def result_bytes(outcome: Outcome) -> bytes:
    """The published file."""
    return f"{json.dumps(result_of(outcome), ensure_ascii=False, indent=2)}\n".encode()
