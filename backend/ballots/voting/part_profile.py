"""The opened ballots of one part as the tally takes them, and as a stranger will read them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import gcd
from typing import Any
from zoneinfo import ZoneInfo

from backend.ballots.cycle.models import CITYWIDE, Cycle, CyclePart, CycleProject
from backend.ballots.cycle.rule_terms import Terms, rule_of
from backend.ballots.tally.amounts import in_file_unit
from backend.ballots.tally.contenders import usual_ranking
from backend.ballots.tally.equal_shares import EqualShares
from backend.ballots.tally.greedy import Greedy
from backend.ballots.tally.profile import Ballot, Election, Meta, Project, VoteType
from backend.ballots.tally.rule_of_file import Rule, rule_of_file
from backend.ballots.tally.ties import LEXICOGRAPHIC, Contender
from backend.ballots.voting.ballot_form import BallotForm, Choices, Kind
from backend.ballots.voting.codes import published_id
from backend.ballots.voting.commands import BallotChannel
from backend.ballots.voting.open_box import OpenedBallot
from backend.places.models import City

_VOTE_TYPES: dict[Kind, VoteType] = {
    Kind.APPROVAL: "approval",
    Kind.KNAPSACK: "approval",
    Kind.CHOOSE_ONE: "choose-1",
    Kind.POINTS: "cumulative",
    Kind.RANKING: "ordinal",
}
# As Pabulib has it where a vote is of no country.
_NO_COUNTRY = "Worldwide"
_NAMED_RULES = (
    *("greedy", "greedy-no-skip", "greedy-threshold"),
    *("equalshares", "equalshares-comparison"),
    *("equalshares/add1", "equalshares/add1-comparison"),
)


@dataclass(frozen=True, slots=True)
class PartVote:
    """One part with all that is published of it; `ids` are the ballots' in their order.

    `money` is the currency and how many units of the profile make one of it, where that is not
    what the file says.
    """

    profile: Election
    rule: Rule
    ids: tuple[str, ...]
    money: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class _Amounts:
    """Amounts of a cycle in units of the file: `numerator / denominator`, 1/`scale` units.

    The unit is the currency's where every cost is a whole number of it, as the format wants; else
    its smallest unit.
    """

    numerator: int
    denominator: int
    scale: int
    is_smallest: bool

    def of(self, amount: int) -> int:
        return amount * self.numerator // self.denominator


def part_vote(
    cycle: Cycle,
    part: CyclePart,
    projects: Sequence[CycleProject],
    ballots: Sequence[OpenedBallot],
    form: BallotForm,
    *,
    city: City,
    district_names: Mapping[str, str],
    days: tuple[datetime, datetime],
) -> PartVote:
    """Ballots that filled `part` in, in the order of the ids they are published under."""
    filled = sorted(
        ((published_id(one.receipt, part.code), one) for one in ballots if part.code in one.parts),
        key=lambda pair: pair[0],
    )
    amounts = _amounts(cycle.money_scale, part.budget, [project.cost for project in projects])
    rule = _rule_in_file(cycle.rule, amounts, cycle.money_scale)
    projects = _in_order_of_ties(projects, rule, part.code, [one for _, one in filled])
    positions = {project.code: position for position, project in enumerate(projects)}
    vote_type = _VOTE_TYPES[form.kind]
    longest = _longest(form, len(projects))
    entries: dict[str, Any] = {
        **_where_and_when(cycle, part, city, days),
        "num_projects": len(projects),
        "num_votes": len(filled),
        "budget": in_file_unit(amounts.of(part.budget), amounts.scale),
        "vote_type": vote_type,
        "rule": _rule_name(rule, vote_type, amounts.of(part.budget), amounts.scale),
        **_threshold(rule),
        **_limits(form, longest, amounts, part.budget),
        **({} if amounts.is_smallest else {"currency": cycle.currency}),
        "comment": _comment(cycle, amounts),
    }
    texts = {key: str(value) for key, value in entries.items()}
    meta = Meta(
        vote_type,
        amounts.of(part.budget),
        amounts.scale,
        texts["rule"],
        longest if vote_type in ("ordinal", "choose-1") else form.most,
        entries=texts,
    )
    profile = Election(
        meta,
        tuple(_project(project, amounts) for project in projects),
        tuple(
            _ballot(one.parts[part.code], positions, is_ranked=form.kind is Kind.RANKING)
            for _, one in filled
        ),
        {
            "district": tuple(district_names.get(one.district or "", "") for _, one in filled),
            "voting_method": tuple(_method(one.channel) for _, one in filled),
        },
    )
    money = (cycle.currency, cycle.money_scale) if amounts.is_smallest else None
    return PartVote(profile, rule, tuple(id_ for id_, _ in filled), money)


def _where_and_when(
    cycle: Cycle, part: CyclePart, city: City, days: tuple[datetime, datetime]
) -> dict[str, str]:
    zone = ZoneInfo(city.time_zone)
    begin, end = (day.astimezone(zone).strftime("%d.%m.%Y") for day in days)
    return {
        "description": f"{cycle.title}: {part.name}",
        "country": city.country or _NO_COUNTRY,
        "unit": city.name,
        "instance": cycle.slug,
        **({} if part.code == CITYWIDE else {"subunit": part.name}),
        "date_begin": begin,
        "date_end": end,
    }


def _in_order_of_ties(
    projects: Sequence[CycleProject], rule: Rule, part_code: str, ballots: Sequence[OpenedBallot]
) -> list[CycleProject]:
    """As equals go: programs that know no other order take them as the file has them."""
    votes = Counter(code for one in ballots for code in one.parts[part_code].projects)

    def order(project: CycleProject) -> tuple[int | str, ...]:
        return rule.ties.order(Contender(project.code, project.cost, votes[project.code], 0, 0))

    return sorted(projects, key=order)


def _ballot(chosen: Choices, positions: Mapping[str, int], *, is_ranked: bool) -> Ballot:
    """A ranking in the voter's order; others in that of the file, by points where there are any.

    Also where an envelope has another order: one that means nothing could sign a ballot.
    """
    choices = [positions[code] for code in chosen.projects]
    if is_ranked:
        return Ballot(tuple(choices))
    if chosen.points is None:
        return Ballot(tuple(sorted(choices)))
    pairs = sorted(zip(choices, chosen.points, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return Ballot(*map(tuple, zip(*pairs, strict=True)))


def _method(channel: BallotChannel) -> str:
    return "paper" if channel is BallotChannel.PAPER else "internet"


def _project(project: CycleProject, amounts: _Amounts) -> Project:
    return Project(
        id=project.code,
        cost=amounts.of(project.cost),
        name=project.title,
        categories=(project.category,) if project.category else (),
        latitude=project.lat,
        longitude=project.lon,
    )


def _amounts(money_scale: int, budget: int, costs: Sequence[int]) -> _Amounts:
    if any(cost % money_scale for cost in costs):
        return _Amounts(1, 1, 1, is_smallest=money_scale > 1)
    least = money_scale // gcd(budget, money_scale)
    scale = 1
    while scale % least:
        scale *= 10
    return _Amounts(scale, money_scale, scale, is_smallest=False)


def _longest(form: BallotForm, projects: int) -> int:
    return min(form.most or projects, projects)


def _limits(form: BallotForm, longest: int, amounts: _Amounts, budget: int) -> dict[str, Any]:
    if form.kind is Kind.CHOOSE_ONE:
        return {}
    limits: dict[str, Any] = {"min_length": form.least}
    if form.most is not None or form.kind is Kind.RANKING:
        limits["max_length"] = longest
    if form.kind is Kind.KNAPSACK:
        limits["max_sum_cost"] = in_file_unit(amounts.of(budget), amounts.scale)
    if form.points is not None:
        limits["max_points"] = form.most_points or form.points
        limits["max_sum_points"] = form.points
    return limits


def _rule_in_file(terms: Terms, amounts: _Amounts, money_scale: int) -> Rule:
    """The cycle's rule; its steps are units of the currency, the file's may be smaller."""
    rule = rule_of(terms)
    if isinstance(rule, EqualShares) and amounts.is_smallest and rule.step is not None:
        return replace(rule, step=rule.step * money_scale)
    return rule


def _rule_name(rule: Rule, vote_type: VoteType, budget: int, scale: int) -> str:
    """The name the format has for the rule, "unknown" where it has none."""
    for name in _NAMED_RULES:
        file = Election(Meta(vote_type, budget, scale, name, entries=_threshold(rule)), (), ())
        named = rule_of_file(file)
        if isinstance(named, Greedy):
            named = replace(named, ranking=usual_ranking(file))
        if isinstance(named, EqualShares) and named.completion == "add1":
            named = replace(named, step=1)
        if named == replace(rule, ties=LEXICOGRAPHIC):
            return name
    return "unknown"


def _threshold(rule: Rule) -> dict[str, str]:
    threshold = rule.threshold if isinstance(rule, Greedy) else None
    return {} if threshold is None else {"min_project_score_threshold": str(threshold)}


def _comment(cycle: Cycle, amounts: _Amounts) -> str:
    terms = ", ".join(f"{name} {value}" for name, value in cycle.rule.items())
    unit = f" Amounts are in 1/{cycle.money_scale} {cycle.currency}." if amounts.is_smallest else ""
    return f"#1: Counted by {terms}.{unit}"
