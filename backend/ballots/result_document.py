"""A result in short, as JSON: the winners, and all that a recount must be told."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from backend.ballots.stored_rule import rule_of_parameters
from backend.ballots.tally.amounts import in_file_unit
from backend.ballots.tally.contenders import Eligibility, Ranking
from backend.ballots.tally.electorate import Utility
from backend.ballots.tally.equal_shares import Completion, Start
from backend.ballots.tally.greedy import Variant
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.phragmen import Overrun
from backend.ballots.tally.profile import Election
from backend.ballots.tally.rule_of_file import Rule
from backend.ballots.tally.ties import Criterion
from backend.ballots.tally.transcript import parameters_of, transcript_sha256
from backend.core.errors import Invalid

# What each rule must be told, and the values there are.
_VALUES: dict[str, dict[str, tuple[object, ...]]] = {
    "greedy": {
        "variant": get_args(Variant),
        "score": get_args(Ranking),
        "eligibility": get_args(Eligibility),
    },
    "equal-shares": {
        "utility": get_args(Utility),
        "completion": get_args(Completion),
        "comparison": (False, True),
        "start": get_args(Start),
        "eligibility": get_args(Eligibility),
    },
    "phragmen": {"variant": get_args(Overrun)},
}
# What the column `selected` says of losers and winners; 2 is one that was paid from a reserve.
_FATES = {False: (0,), True: (1, 2)}
_MOST_NAMED = 5
_STEP = re.compile(r"[1-9]\d{0,17}(/[1-9]\d{0,17})?")


@dataclass(frozen=True, slots=True)
class PublishedResult:
    """What somebody published of a count; the SHA-256 is None where they did not say it."""

    rule: Rule
    transcript_sha256: str | None

    def check(self, counted: str | None) -> None:
        """Raise `Invalid` unless a count of that transcript is the one that was published."""
        if self.transcript_sha256 not in (None, counted):
            published = str(self.transcript_sha256)[:64]
            raise Invalid("result-differs", published=published, counted=counted)


def check_columns(election: Election, outcome: Outcome) -> None:
    """Raise `Invalid` where the file says other votes or winners than were counted."""
    untrue = [
        project.id
        for project, votes in zip(election.projects, election.votes, strict=True)
        if project.votes not in ("", str(votes))
        or project.selected not in (None, *_FATES[project.id in outcome.winners])
    ]
    if untrue:
        raise Invalid("result-contradicts-file", projects=", ".join(untrue[:_MOST_NAMED]))


def read_result(data: bytes) -> PublishedResult:
    """A published result, or any JSON object with its `parameters`; raises `Invalid`."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise Invalid("result-not-readable")
    parameters = document.get("parameters")
    if not isinstance(parameters, dict):
        raise Invalid("result-parameter-not-valid", name="parameters")
    wrong = _wrong_parameter(parameters)
    if wrong is not None:
        raise Invalid("result-parameter-not-valid", name=wrong)
    return PublishedResult(rule_of_parameters(parameters), document.get("transcript_sha256"))


def _wrong_parameter(parameters: Mapping[str, Any]) -> str | None:
    """The first that is missing or that no rule knows."""
    rule = parameters.get("rule")
    if not isinstance(rule, str) or rule not in _VALUES:
        return "rule"
    for name, values in _VALUES[rule].items():
        if parameters.get(name) not in values:
            return name
    ties, seed = parameters.get("tie_break"), parameters.get("seed", "")
    is_threshold = parameters.get("variant") == "threshold"
    checks = {
        # The last must separate any two projects.
        "tie_break": isinstance(ties, list)
        and all(one in get_args(Criterion) for one in ties)
        and ties[-1:] in (["lot"], ["id"]),
        "seed": isinstance(seed, str),
        "step": _STEP.fullmatch(str(parameters.get("step", 1))) is not None,
        "threshold": not is_threshold or type(parameters.get("threshold")) is int,
    }
    return next((name for name, is_right in checks.items() if not is_right), None)


def result_of(outcome: Outcome) -> dict[str, Any]:
    """Amounts in the file's unit; `parameters` as in the transcript."""
    return {
        "winners": list(outcome.winners),
        "cost": in_file_unit(outcome.cost, outcome.scale),
        "budget": in_file_unit(outcome.budget, outcome.scale),
        "exact": True,
        "transcript_sha256": transcript_sha256(outcome),
        "parameters": parameters_of(outcome),
    }


def result_bytes(outcome: Outcome) -> bytes:
    """The published file."""
    return f"{json.dumps(result_of(outcome), ensure_ascii=False, indent=2)}\n".encode()
