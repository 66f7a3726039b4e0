"""The projects of an election's result: in words why each won or lost, and the winners on a map."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import format_decimal
from sqlalchemy.orm import Session

from backend.ballots.models import Election, ElectionProject
from backend.ballots.published import rounds_of
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.web.budget.election_words import criterion_words, money
from backend.web.budget.result_views import ProjectView
from backend.web.maps import Place, map_of_places
from backend.web.view_models import MapView

Json = Mapping[str, Any]


def is_shown_as_winner(project: ElectionProject) -> bool:
    """Officially, where the file says so."""
    return project.is_winner if project.is_official is None else project.is_official


def shown_name(project: ElectionProject) -> str:
    """Its name, or its id where it has none."""
    return project.name or project.code


def winners_map(session: Session, projects: Sequence[ElectionProject]) -> MapView | None:
    """All projects that have a place, winners with their number; None where no winner has one."""
    places = [
        Place(
            project.longitude,
            project.latitude,
            str(project.rank or ""),
            shown_name(project),
            is_shown_as_winner(project),
        )
        for project in projects
        if project.longitude is not None and project.latitude is not None
    ]
    if not any(place.is_strong for place in places):
        return None
    return map_of_places(session, _("Where the projects are"), places)


def project_views(
    election: Election, projects: Sequence[ElectionProject], told: Json
) -> tuple[ProjectView, ...]:
    """In the order of the rule; `told` is the transcript, empty where none was kept."""
    count = _Count(
        election,
        {project.code: project for project in projects},
        {one["project"]: one for one in told.get("decisions", ())},
        rounds_of(told),
        (election.analysis or {}).get("margins", {}),
    )
    return tuple(
        ProjectView(
            position=project.rank or 0,
            name=shown_name(project),
            category=project.category,
            cost=money(election, project.cost),
            votes=project.votes,
            score=project.score,
            is_winner=is_shown_as_winner(project),
            words=tuple(count.words(project)),
            share_of_budget=project.cost / election.budget,
        )
        for project in projects
    )


@dataclass(frozen=True, slots=True)
class _Count:
    """What is told of each project, by its code."""

    election: Election
    projects: Mapping[str, ElectionProject]
    decisions: Mapping[str, Json]
    rounds: Mapping[str, Json]
    margins: Mapping[str, Json]

    def words(self, project: ElectionProject) -> Iterator[str]:
        """Why it won or lost, the official decision first where ours differs."""
        if is_shown_as_winner(project) and not project.is_winner:
            yield _("The city's own rule chose it; our count would not have.")
        elif project.is_winner and not is_shown_as_winner(project):
            yield _("Our count would have chosen it; the city's own rule did not.")
        if project.selected == 3:
            yield _("The city pays for it from other money.")
        decision = self.decisions.get(project.code, {})
        bought = self.rounds.get(project.code)
        yield _verdict_words(self.election, project, decision, bought)
        if bought:
            yield from self._bought_words(project, bought)
        if project.code in self.margins:
            yield _margin_words(self.election, self.margins[project.code])
        if criterion := decision.get("tie_broken_by"):
            yield _(
                "It was equal to the one before it, which went first by %(criterion)s.",
                criterion=criterion_words(criterion),
            )

    def _bought_words(self, project: ElectionProject, bought: Json) -> Iterator[str]:
        if bought["drained"] and bought["payers"]:
            votes = round(float(Fraction(project.cost) / Fraction(bought["payment"])), 1)
            yield _("That is as much as %(votes)s paying in full.", votes=format_decimal(votes))
        others = [self.projects[code] for code in bought["tied"]]
        if others:
            yield _(
                "It was equal to %(others)s and went first by %(criterion)s.",
                others=", ".join(f"“{shown_name(other)}”" for other in others),
                criterion=criterion_words(self._deciding(project, others[0])),
            )

    def _deciding(self, ahead: ElectionProject, behind: ElectionProject) -> str:
        """The first criterion of ties in which two projects differ."""
        is_equal = {
            "more-votes": ahead.votes == behind.votes,
            "lower-cost": ahead.cost == behind.cost,
        }
        criteria: list[str] = (self.election.rule_parameters or {})["tie_break"]
        return next(one for one in criteria if not is_equal.get(one))


def _verdict_words(
    election: Election, project: ElectionProject, decision: Json, bought: Json | None
) -> str:
    """Why the count chose the project or did not.

    `decision` is that of the transcript, empty where none was kept; `bought` the round in which
    supporters paid for it.
    """
    left = decision.get("money_before")
    facts = {"left": "" if left is None else money(election, left)}
    match project.verdict:
        case "funded":
            return _bought_words(election, bought) if bought else _funded_words(facts)
        case "funded-by-completion":
            return _("Its supporters could not pay for it; the money left over did.")
        case "funded-from-reserve":
            return _("%(left)s was left, at least 80 of 100 of its cost; a reserve pays.", **facts)
        case "does-not-fit":
            return _not_fitting_words(facts)
        case "unaffordable":
            return _unaffordable_words(election, project)
        case verdict:
            return _barred_words(verdict)


def _funded_words(facts: Json) -> str:
    if not facts["left"]:
        return _("It was next in the order and the money was enough.")
    return _("It was next in the order, and %(left)s was left.", **facts)


def _not_fitting_words(facts: Json) -> str:
    if not facts["left"]:
        return _("When its turn came, the money left was less than its cost.")
    return _("When its turn came, %(left)s was left: less than its cost.", **facts)


def _unaffordable_words(election: Election, project: ElectionProject) -> str:
    shares = (election.analysis or {}).get("shares", {})
    held = shares.get("left_behind", {}).get(project.code)
    if held is None:
        return _("What its supporters had left together was less than its cost.")
    return _(
        "Its supporters had %(held)s left together: %(share)s of 100 of its cost.",
        held=money(election, held),
        share=format_decimal(int(100 * held / project.cost)),
    )


def _barred_words(verdict: str | None) -> str:
    return {
        "stopped": _("The rule had stopped before its turn."),
        "excluded": _("A project that cannot be built beside it had won."),
        "below-threshold": _("It did not reach the least that is needed."),
        "not-eligible": _("Too few voters chose it for what it costs, so it did not take part."),
    }.get(str(verdict), _("Nobody chose it."))


def _bought_words(election: Election, bought: Json) -> str:
    """What its supporters paid, where they paid for it."""
    parameters = election.rule_parameters or {}
    if parameters["rule"] == "phragmen":
        return ngettext(
            "Its one supporter was the next to hold its cost.",
            "Its %(people)s supporters were the next to hold its cost together.",
            bought["payers"],
            people=format_decimal(bought["payers"]),
        )
    paid = money(election, Fraction(bought["payment"]))
    utility = parameters["utility"]
    if utility in ("score", "places"):
        paid = _("%(paid)s for each point", paid=paid)
    payers, drained = bought["payers"], bought["drained"]
    facts = {"paid": paid, "payers": format_decimal(payers), "drained": format_decimal(drained)}
    if not drained:
        return ngettext(
            "Its one supporter paid %(paid)s.",
            "Its %(payers)s supporters paid %(paid)s each.",
            payers,
            **facts,
        )
    if not payers:
        return ngettext(
            "Its one supporter gave all there was left.",
            "Its %(drained)s supporters gave all they had left.",
            drained,
            **facts,
        )
    return _(
        "Of its supporters %(payers)s paid %(paid)s each, and %(drained)s gave all they had left.",
        **facts,
    )


def _margin_words(election: Election, margin: Json) -> str:
    """By how much it lost."""
    votes, reduction = margin["votes"], margin["reduction"]
    less = "" if reduction is None else money(election, reduction)
    if votes is None:
        if not less:
            return _("Neither more votes nor a lower cost would have been enough.")
        return _(
            "It would have won at a cost lower by %(less)s, but not with more votes.", less=less
        )
    more = ngettext("one more vote", "%(more)s more votes", votes, more=format_decimal(votes))
    if not less:
        return _("It would have won with %(more)s.", more=more)
    return _(
        "It would have won with %(more)s, or at a cost lower by %(less)s.", more=more, less=less
    )
