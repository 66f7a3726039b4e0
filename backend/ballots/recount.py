"""Count an election again: one file that needs nothing but Python 3.11 or later.

    python recount.py ELECTION.pb RESULT.json

ELECTION.pb is the published file of ballots (https://pabulib.org/format). RESULT.json is the
published result, or any JSON object with its `parameters`: the rule and everything it was told.
Prints the winners and the SHA-256 of the transcript. Exits with 1 where they are not those of the
result, with 2 where it cannot count. Rules: greedy, and the Method of Equal Shares (Peters,
Pierczynski and Skowron, "Proportional Participatory Budgeting with Additive Utilities", 2021).

Written to be read beside the rules rather than to be fast: a city of 75,000 voters takes some
seconds for each run of Equal Shares. All numbers are whole numbers or fractions, so nothing is
rounded. Money is in 1/scale of the file's unit, scale being 100 where the budget has cents.
"""

import csv
import hashlib
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import compress
from math import gcd, inf
from operator import ne
from pathlib import Path
from typing import Any

Json = dict[str, Any]
POINTS = ("cumulative", "scoring")


class Election:
    """What the file says: costs and budget in 1/scale, and how often each ballot was cast."""

    def __init__(self, text: str) -> None:
        parts = _sections(text)
        self.meta = {row["key"]: row["value"] for row in parts["META"]}
        whole, _, cents = self.meta["budget"].partition(".")
        cents = cents.rstrip("0")
        self.scale: int = 10 ** len(cents)
        self.budget = int(whole + cents)
        self.ids = [row["project_id"] for row in parts["PROJECTS"]]
        self.cost: list[int] = [_whole(row["cost"]) * self.scale for row in parts["PROJECTS"]]
        self.conflicts = [_items(row.get("conflicts", "")) for row in parts["PROJECTS"]]
        places = {id: place for place, id in enumerate(self.ids)}
        self.type = self.meta["vote_type"]
        # A ballot: places of projects in the voter's order, and the points written beside them.
        self.ballots: Counter[tuple[tuple[int, ...], tuple[int, ...]]] = Counter()
        for row in parts["VOTES"]:
            choices = tuple(dict.fromkeys(places[id] for id in _items(row["vote"])))
            points = tuple(map(_whole, _items(row["points"]))) if self.type in POINTS else ()
            self.ballots[choices, points] += 1
        self.voters = self.ballots.total()
        self.votes = [0] * len(self.ids)
        for place, times in ((p, times) for (cs, _), times in self.ballots.items() for p in cs):
            self.votes[place] += times
        self.has_points = self.type in (*POINTS, "ordinal")
        self.score = self.scores() if self.has_points else self.votes

    def points(self, of_borda: bool = False) -> Iterator[tuple[int, dict[int, int]]]:
        """Each kind of ballot: how often it was cast, and its points for each project."""
        longest = _whole(self.meta.get("max_length") or "0")
        default = _whole(self.meta.get("default_score") or "0") if self.type in POINTS else 0
        for (choices, points), times in self.ballots.items():
            first = len(choices) - 1 if of_borda else longest or len(choices)
            if self.type == "ordinal":
                points = tuple(range(first, first - len(choices), -1))
            elif self.type not in POINTS:
                points = (1,) * len(choices)
            given = dict.fromkeys(range(len(self.ids)), default) if default else {}
            yield times, given | dict(zip(choices, points, strict=True))

    def scores(self, of_borda: bool = False) -> list[int]:
        """The sum of all points for each project."""
        totals = [0] * len(self.ids)
        for times, given in self.points(of_borda):
            for place, points in given.items():
                totals[place] += times * points
        return totals


def _sections(text: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    name = ""
    columns: list[str] = []
    for cells in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
        if not any(cells):
            continue
        if cells[0].strip().upper() in ("META", "PROJECTS", "VOTES") and not any(cells[1:]):
            name, columns = cells[0].strip().upper(), []
            found[name] = []
        elif not columns:
            columns = [cell.strip().lower() for cell in cells]
        else:
            cells += [""] * (len(columns) - len(cells))
            found[name].append(dict(zip(columns, map(str.strip, cells), strict=False)))
    return found


def _items(cell: str) -> list[str]:
    return [item for item in map(str.strip, cell.split(",")) if item]


def _whole(text: str) -> int:
    return int(re.sub(r"\.0*$", "", text))


def tie_keys(election: Election, parameters: Json) -> list[list[Any]]:
    """For each project what orders it among equals, by each criterion in turn; smaller first."""
    seed = parameters.get("seed", "")
    columns = {
        "more-votes": [-votes for votes in election.votes],
        "lower-cost": election.cost,
        "lot": [hashlib.sha256(f"{seed}|{id}".encode()).hexdigest() for id in election.ids],
        "id": election.ids,
    }
    return [list(key) for key in zip(*map(columns.get, parameters["tie_break"]), strict=True)]


def is_eligible(election: Election, place: int, parameters: Json) -> bool:
    """Whether votes / voters >= cost / (3 * budget), where that is asked for."""
    return parameters["eligibility"] == "all" or bool(
        3 * election.budget * election.votes[place] >= election.cost[place] * election.voters
    )


def decision(election: Election, place: int, left: int, verdict: str) -> Json:
    """What the transcript says of one project."""
    return {
        "project": election.ids[place],
        "score": election.score[place],
        "votes": election.votes[place],
        "cost": election.cost[place],
        "money_before": left,
        "verdict": verdict,
        "tie_broken_by": None,
    }


def greedy(election: Election, parameters: Json) -> list[Json]:
    """Decisions by greedy, the best project first."""
    ranking, variant = parameters["score"], parameters["variant"]
    earned = election.votes
    if not ranking.startswith("votes"):
        earned = election.scores(ranking.startswith("borda"))
    merit: list[Any] = list(earned)
    if ranking.endswith("-per-cost"):
        pairs = zip(earned, election.cost, strict=True)
        merit = [Fraction(e, c) if c else (inf if e else 0) for e, c in pairs]
    keys = tie_keys(election, parameters)
    ranked = sorted(range(len(merit)), key=lambda place: (-merit[place], keys[place]))
    left, is_stopped = election.budget, False
    funded: list[int] = []
    found = []
    for ahead, place in zip([None, *ranked], ranked, strict=False):
        one = decision(election, place, left, "funded")
        if ahead is not None and merit[ahead] == merit[place]:
            differing = map(ne, keys[ahead], keys[place])
            one["tie_broken_by"] = next(compress(parameters["tie_break"], differing))
        barred = "no-support" if merit[place] == 0 else bar(election, place, parameters, funded)
        if is_stopped and barred in (None, "excluded"):
            barred = "stopped"
        if barred is None and election.cost[place] > left:
            is_stopped = variant in ("no-skip", "percent80")
            has_most = variant == "percent80" and 100 * left >= 80 * election.cost[place]
            barred = "funded-from-reserve" if has_most else "does-not-fit"
        one["verdict"] = barred or "funded"
        if one["verdict"].startswith("funded"):
            funded.append(place)
            left = max(left - election.cost[place], 0)
        found.append(one)
    return found


def bar(election: Election, place: int, parameters: Json, funded: list[int]) -> str | None:
    """Why a project may not be funded at all."""
    score, ids, conflicts = election.score[place], election.ids, election.conflicts
    if score == 0:
        return "no-support"
    if not is_eligible(election, place, parameters):
        return "not-eligible"
    if parameters["variant"] == "threshold" and score < parameters["threshold"]:
        return "below-threshold"
    if parameters["variant"] == "exclusive" and any(
        ids[place] in conflicts[other] or ids[other] in conflicts[place] for other in funded
    ):
        return "excluded"
    return None


class EqualShares:
    """The Method of Equal Shares with its completions, on voters grouped by identical ballots."""

    def __init__(self, election: Election, parameters: Json) -> None:
        self.election, self.parameters = election, parameters
        self.keys = tie_keys(election, parameters)
        utility = parameters["utility"]
        self.sizes: list[int] = []
        # For each project its supporters: (group, like), and the utility of a like.
        self.supporters: list[list[tuple[int, int]]] = [[] for _ in election.ids]
        self.unit = [cost or 1 if utility == "cost" else 1 for cost in election.cost]
        for group, (times, given) in enumerate(election.points(utility == "score")):
            self.sizes.append(times)
            for place, points in given.items():
                if points > 0 and is_eligible(election, place, parameters):
                    like = points if utility in ("score", "places") else 1
                    self.supporters[place].append((group, like))
        self.supported = [place for place, them in enumerate(self.supporters) if them]
        self.all_fit = sum(election.cost[place] for place in self.supported) <= election.budget

    def run(self, endowment: Fraction) -> list[Json]:
        """The rounds for one endowment; money is whole numbers of 1/`parts`."""
        parts = endowment.denominator
        money = [endowment.numerator] * len(self.sizes)
        least = dict.fromkeys(self.supported, Fraction(0))
        rounds: list[Json] = []
        while True:
            best: list[int] = []
            prices = {}
            for place in sorted(least, key=lambda place: least[place]):
                if best and least[place] > least[best[0]]:
                    break
                price = self.price(place, money, parts)
                if price is None:
                    del least[place]
                    continue
                prices[place] = price
                # A project never becomes cheaper, so this is a bound in later rounds.
                least[place] = Fraction(price[0], price[1] * parts * self.unit[place])
                best = [p for p in (*best, place) if least[p] == min(least[q] for q in prices)]
            if not best:
                return rounds
            best.sort(key=self.keys.__getitem__)
            numerator, weight = prices[best[0]]
            growth = weight // gcd(numerator, weight)
            payment = numerator // gcd(numerator, weight)
            parts *= growth
            money = [each * growth for each in money]
            payers = drained = 0
            for group, like in self.supporters[best[0]]:
                drained += self.sizes[group] * (0 < money[group] <= payment * like)
                payers += self.sizes[group] * (money[group] > payment * like)
                money[group] = max(money[group] - payment * like, 0)
            rho = least.pop(best[0])
            one = {"project": best[0], "rho": rho, "payment": rho * self.unit[best[0]]}
            rounds.append(one | {"payers": payers, "drained": drained, "tied": best[1:]})

    def price(self, place: int, money: list[int], parts: int) -> tuple[int, int] | None:
        """Numerator and denominator of what a like must pay, in 1/`parts`; None: unaffordable."""
        missing = self.election.cost[place] * parts
        rich = [(group, like) for group, like in self.supporters[place] if money[group]]
        if sum(self.sizes[group] * money[group] for group, _ in rich) < missing:
            return None
        while True:
            weight = sum(self.sizes[group] * like for group, like in rich)
            poor = {group for group, like in rich if money[group] * weight < missing * like}
            if not poor:
                return missing, weight
            missing -= sum(self.sizes[group] * money[group] for group in poor)
            rich = [(group, like) for group, like in rich if group not in poor]

    def trials(self) -> list[tuple[Fraction, list[Json]]]:
        """Every endowment tried, up to the first that costs more than the budget, if any."""
        election, completion = self.election, self.parameters["completion"]
        if not election.voters:
            return [(Fraction(0), [])]
        endowment = Fraction(election.budget, election.voters)
        if self.parameters["start"] == "integral":
            endowment = Fraction(endowment // election.scale * election.scale)
        found = [(endowment, self.run(endowment))]
        if completion in ("none", "greedy") or self.all_fit:
            return found
        step = Fraction(self.parameters["step"]) * election.scale
        if completion == "budget-steps":
            step /= election.voters
        while not self.is_done(found[-1][1]):
            endowment += step
            found.append((endowment, self.run(endowment)))
            if self.spent(found[-1][1]) > election.budget:
                break
        return found

    def spent(self, rounds: list[Json]) -> int:
        """The cost of what the rounds bought."""
        return sum(self.election.cost[int(one["project"])] for one in rounds)

    def is_done(self, rounds: list[Json]) -> bool:
        """Whether more money for the voters is of no use, or not wanted."""
        bought = {one["project"] for one in rounds}
        left = [self.election.cost[p] for p in self.supported if p not in bought]
        if self.parameters["completion"] in ("add1e", "add1eu", "budget-steps"):
            return all(cost > self.election.budget - self.spent(rounds) for cost in left)
        return not left

    def decisions(self, rounds: list[Json]) -> list[Json]:
        """What became of each project, those that were bought first."""
        election, left, found = self.election, self.election.budget, []
        for one in rounds:
            found.append(decision(election, one["project"], left, "funded"))
            left -= election.cost[one["project"]]
        bought = {one["project"] for one in rounds}
        way = self.parameters["completion"]
        completes = way in ("add1u", "add1eu", "greedy") or (way != "none" and self.all_fit)
        merit = [(-score, *key) for score, key in zip(election.score, self.keys, strict=True)]
        for place in sorted(set(range(len(merit))) - bought, key=merit.__getitem__):
            verdict = "unaffordable"
            if not is_eligible(election, place, self.parameters):
                verdict = "not-eligible"
            elif place not in self.supported:
                verdict = "no-support"
            elif completes:
                fits = election.cost[place] <= left
                verdict = "funded-by-completion" if fits else "does-not-fit"
            found.append(decision(election, place, left, verdict))
            left -= election.cost[place] * verdict.startswith("funded")
        return found


def winners_of(decisions: list[Json]) -> list[str]:
    """Ids of the funded projects, in order."""
    return [one["project"] for one in decisions if one["verdict"].startswith("funded")]


def transcript(election: Election, parameters: Json) -> Json:
    """All that is hashed."""
    told = parameters | {"budget": election.budget, "scale": election.scale}
    if parameters["rule"] not in ("greedy", "equal-shares"):
        raise ValueError(f"the rule {parameters['rule']} is not counted here")
    if parameters["rule"] == "greedy":
        parts: Json = {"decisions": greedy(election, told), "rounds": [], "trials": [], "facts": {}}
    else:
        parts = equal_shares(election, told)
    return {"parameters": told, **parts}


def equal_shares(election: Election, parameters: Json) -> Json:
    """All parts of the transcript by Equal Shares, compared with greedy where asked."""
    rule = EqualShares(election, parameters)
    tried = rule.trials()
    endowment, accepted = tried[-2 if rule.spent(tried[-1][1]) > election.budget else -1]
    decisions = rule.decisions(accepted)
    facts: Json = {"endowment": str(endowment)}
    if parameters["comparison"]:
        score = "points" if election.has_points else "votes"
        rival = greedy(election, parameters | {"variant": "skip", "score": score})
        better = worse = 0
        theirs, ours = set(winners_of(rival)), set(winners_of(decisions))
        for (choices, _), times in election.ballots.items():
            ids = [election.ids[place] for place in choices]
            difference = sum((id in theirs) - (id in ours) for id in ids)
            better += times * (difference > 0)
            worse += times * (difference < 0)
        facts["voters_preferring_greedy"] = better
        facts["voters_preferring_equal_shares"] = worse
        facts["result_of"] = "greedy" if better > worse else "equal-shares"
        decisions = rival if better > worse else decisions
    ids = election.ids
    rounds = [
        one
        | {"project": ids[one["project"]], "tied": [ids[place] for place in one["tied"]]}
        | {"rho": str(one["rho"]), "payment": str(one["payment"])}
        for one in accepted
    ]
    trials: list[Json] = []
    for endowment, bought in tried:
        names = [ids[one["project"]] for one in bought]
        if not trials or set(names) != set(trials[-1]["winners"]):
            cost = rule.spent(bought)
            trials.append({"endowment": str(endowment), "cost": cost, "winners": names})
    return {"decisions": decisions, "rounds": rounds, "trials": trials, "facts": facts}


def main(ballots: str, result: str) -> int:
    """Recount, print, and compare with the result where it has winners and a hash."""
    path = ballots
    try:
        election = Election(Path(path).read_text(encoding="utf-8-sig"))
        path = result
        published = json.loads(Path(path).read_text(encoding="utf-8"))
        found = transcript(election, published["parameters"])
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        lacks = "it lacks " * isinstance(error, KeyError)
        print(f"{path} cannot be used: {lacks}{error}.", file=sys.stderr)
        return 2
    text = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    recounted = {
        "winners": winners_of(found["decisions"]),
        "transcript_sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    print(json.dumps(recounted, ensure_ascii=False, indent=2))
    is_other = any(published.get(key, value) != value for key, value in recounted.items())
    print("Not what was published." if is_other else "The same.", file=sys.stderr)
    return int(is_other)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
