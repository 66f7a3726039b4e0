"""Writer of the Pabulib `.pb` format: an election, and what came of it, to text.

Keys and columns stand in the order of https://pabulib.org/format (as pabulib-checker 1.0.8 has
it); what the format does not know follows. The format has no field for the order of ties nor for
when Equal Shares stops, so the comment says it.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence

from backend.ballots.tally.amounts import in_file_unit, read_amount
from backend.ballots.tally.greedy import CONFLICTS_COLUMN
from backend.ballots.tally.outcome import Decision, Outcome
from backend.ballots.tally.profile import Ballot, Election, Meta, Project
from backend.ballots.tally.rule_of_file import name_of_rule
from backend.ballots.tally.score import is_scored_by_points, place_points, scores

_META = (
    *("description", "country", "unit", "district", "subunit", "instance"),
    *("num_projects", "num_votes", "budget", "vote_type", "rule", "date_begin", "date_end"),
    *("min_length", "max_length", "min_sum_cost", "max_sum_cost"),
    *("min_points", "max_points", "min_sum_points", "max_sum_points", "default_score"),
    *("min_project_cost", "max_project_cost", "min_project_score_threshold"),
    *("neighborhoods", "subdistricts", "categories", "edition", "language", "currency"),
    *("fully_funded", "experimental", "comment", "acknowledgments", "leftover_budget"),
    *("budget_per_category", "budget_per_neighborhood"),
    *("min_length_per_category", "max_length_per_category"),
    *("min_sum_cost_per_category", "max_sum_cost_per_category"),
)
_PROJECTS = (
    *("project_id", "cost", "votes", "score", "name", "category", "beneficiaries", "selected"),
    *("neighborhood", "subunit", "district", "description", "proposer", "public_id"),
    *("latitude", "longitude"),
)
_VOTES = (
    *("voter_id", "vote", "points"),
    *("age", "sex", "voting_method", "district", "neighborhood", "education"),
)
_STOPS = {
    "add1": "stops before the first overrun of the budget",
    "add1u": "stops before the first overrun of the budget",
    "add1e": "stops before the first overrun, or when no supported project fits any more",
    "add1eu": "stops before the first overrun, or when no supported project fits any more",
    "budget-steps": "stops before the first overrun, or when no supported project fits any more",
}


def write_election(
    election: Election,
    outcome: Outcome | None = None,
    attributes: Collection[str] | None = None,
    voters: Sequence[str] = (),
) -> str:
    """The text of the file; `read_election` gives the same election back, without who is who.

    With an outcome, `selected`, `votes`, `score`, `rule`, the threshold, `fully_funded` and the
    comment say what it found; without one they stay as the election has them. `attributes` are
    the columns about voters to write, None for all; `voters` what to call them, in the order of the
    ballots, instead of by numbers. The column `target` gets its new name, `beneficiaries`; ballots
    that rank get the points of their places.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerows([["META"], ["key", "value"], *_meta(election, outcome).items()])
    writer.writerow(["PROJECTS"])
    writer.writerows(_projects(election, outcome))
    writer.writerow(["VOTES"])
    names = voters or range(1, len(election.ballots) + 1)
    writer.writerows(_votes(election, attributes, names))
    return text.getvalue()


def _meta(election: Election, outcome: Outcome | None) -> dict[str, str]:
    meta = election.meta
    entries = {key: value.strip() for key, value in meta.entries.items()}
    entries["num_projects"] = str(len(election.projects))
    entries["num_votes"] = str(len(election.ballots))
    entries["budget"] = _budget(meta, entries.get("budget", ""))
    entries["vote_type"] = meta.vote_type
    if meta.max_length is not None and meta.vote_type != "choose-1":
        entries.setdefault("max_length", str(meta.max_length))
    if meta.default_score:
        entries.setdefault("default_score", str(meta.default_score))
    if meta.rule:
        entries["rule"] = meta.rule
    if outcome is not None:
        _say_outcome(entries, election, outcome)
    return {key: entries[key] for key in _in_order(entries, _META)}


def _budget(meta: Meta, text: str) -> str:
    """As the file had it where that is the same number."""
    amount = read_amount(text)
    if amount and 10**amount.places <= meta.scale and amount.at(meta.scale) == meta.budget:
        return text
    return str(in_file_unit(meta.budget, meta.scale))


def _say_outcome(entries: dict[str, str], election: Election, outcome: Outcome) -> None:
    entries["rule"] = name_of_rule(election, outcome)
    for key in ("min_project_score_threshold", "fully_funded"):
        entries.pop(key, None)
    if "threshold" in outcome.parameters:
        entries["min_project_score_threshold"] = str(outcome.parameters["threshold"])
    if sum(project.cost for project in election.projects) <= election.meta.budget:
        entries["fully_funded"] = "1"
    said, ours = entries.get("comment", ""), _comment(outcome)
    if ours not in said:
        numbers = map(int, re.findall(r"#(\d+):", said))
        entries["comment"] = f"{said} #{max(numbers, default=0) + 1}: {ours}".strip()


def _comment(outcome: Outcome) -> str:
    parameters = [f"{name} {value}" for name, value in outcome.parameters.items()]
    stop = _STOPS.get(str(outcome.parameters.get("completion")))
    ties = ", then ".join(outcome.ties.criteria)
    if "lot" in outcome.ties.criteria:
        ties += f" (SHA-256 of seed|id, seed {outcome.ties.seed})"
    words = [f"counted by {outcome.rule}: {', '.join(parameters)}", stop, f"ties go by {ties}"]
    return ". ".join(filter(None, words)).replace("\n", " ")


def _projects(election: Election, outcome: Outcome | None) -> Iterable[Sequence[str | int | float]]:
    decisions = {one.project: one for one in outcome.decisions} if outcome is not None else {}
    is_scored = is_scored_by_points(election.meta.vote_type)
    rows = []
    for project, votes, score in zip(
        election.projects, election.votes, scores(election), strict=True
    ):
        row = _project(project, election.meta.scale)
        if project.id in decisions:
            row["selected"] = _selected(decisions[project.id])
            row["votes"], row["score"] = votes, score if is_scored else ""
        rows.append(row)
    further = {name for project in election.projects for name in project.further} - {"target"}
    used = {name for row in rows for name, cell in row.items() if cell != ""} | further
    columns = _in_order(used | {"project_id", "cost"}, _PROJECTS)
    return [columns, *([row.get(column, "") for column in columns] for row in rows)]


def _project(project: Project, scale: int) -> dict[str, str | int | float]:
    row: dict[str, str | int | float] = {**project.further}
    target = row.pop("target", "")
    if target:
        row.setdefault("beneficiaries", target)
    for listed in ("beneficiaries", CONFLICTS_COLUMN):
        if listed in row:
            row[listed] = ",".join(map(str.strip, str(row[listed]).split(",")))
    return row | {
        "project_id": project.id,
        "cost": in_file_unit(project.cost, scale),
        "votes": project.votes,
        "score": project.score,
        "name": project.name,
        "category": ",".join(project.categories),
        "selected": "" if project.selected is None else project.selected,
        "neighborhood": project.neighborhood,
        "subunit": project.subunit,
        "latitude": "" if project.latitude is None else project.latitude,
        "longitude": "" if project.longitude is None else project.longitude,
    }


def _selected(decision: Decision) -> int:
    return 2 if decision.verdict == "funded-from-reserve" else int(decision.is_funded)


def _votes(
    election: Election, attributes: Collection[str] | None, voters: Sequence[str | int]
) -> Iterable[Sequence[str | int]]:
    ids = [project.id for project in election.projects]
    has_points = is_scored_by_points(election.meta.vote_type)
    asked = [name for name in election.attributes if attributes is None or name in attributes]
    names = _in_order(asked, _VOTES)
    yield ["voter_id", "vote", *(["points"] if has_points else []), *names]
    about = zip(*(election.attributes[name] for name in names), strict=True) if names else None
    for voter, ballot in zip(voters, election.ballots, strict=True):
        row: list[str | int] = [voter, ",".join(ids[choice] for choice in ballot.choices)]
        if has_points:
            row.append(_points(ballot, election.meta))
        if about is not None:
            row.extend(next(about))
        yield row


def _points(ballot: Ballot, meta: Meta) -> str:
    return ",".join(map(str, place_points(ballot, meta.max_length)))


def _in_order(names: Iterable[str], order: Sequence[str]) -> list[str]:
    """As the format has them; others as they come, or by name where nothing orders them."""
    others = sorted(set(names).difference(order)) if isinstance(names, set) else names
    return [name for name in order if name in set(names)] + [n for n in others if n not in order]
