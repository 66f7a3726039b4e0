"""A count in words: the rule with all that it was told, and the order of equals."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import format_decimal

from backend.ballots.cycle.models import Cycle
from backend.ballots.models import Election
from backend.core.i18n import gettext as _

Json = Mapping[str, Any]


def money(vote: Election | Cycle, units: int | Fraction) -> str:
    """An amount in the vote's currency: whole, or with two decimals."""
    exact = round(Fraction(units) / vote.money_scale, 2)
    amount = Decimal(exact.numerator) / exact.denominator
    pattern = "#,##0" if exact.denominator == 1 else "#,##0.00"
    return f"{format_decimal(amount, pattern)} {vote.currency}".strip()


def rule_name(parameters: Json) -> str:
    """The rule's name alone."""
    return {
        "greedy": _("greedy"),
        "equal-shares": _("Equal Shares"),
        "phragmen": _("Phragmén"),
    }[str(parameters["rule"])]


def rule_words(parameters: Json) -> tuple[str, ...]:
    """How the rule goes, in sentences."""
    match parameters["rule"]:
        case "greedy":
            return _greedy_words(parameters)
        case "equal-shares":
            return _equal_shares_words(parameters)
        case _:
            return _phragmen_words(parameters)


def _greedy_words(parameters: Json) -> tuple[str, ...]:
    order = _ranking_words(str(parameters["score"]))
    words = [_("Projects were taken in the order of %(order)s (greedy).", order=order)]
    match parameters["variant"]:
        case "no-skip":
            words.append(_("Where one cost more than was left, the rule stopped."))
        case "percent80":
            words.append(
                _(
                    "Where one cost more than was left, the rule stopped; if at least 80 of 100 "
                    "of its cost was left, a reserve paid the rest."
                )
            )
        case _:
            words.append(_("One that cost more than was left was passed over."))
    if parameters["variant"] == "threshold":
        words.append(
            _(
                "Only projects with a score of at least %(least)s took part.",
                least=parameters["threshold"],
            )
        )
    if parameters["variant"] == "exclusive":
        words.append(_("Of projects that cannot both be built, the first barred the others."))
    return (*words, *_eligibility_words(parameters))


def _ranking_words(ranking: str) -> str:
    return {
        "votes": _("their votes"),
        "points": _("their points"),
        "votes-per-cost": _("their votes for each unit of cost"),
        "points-per-cost": _("their points for each unit of cost"),
        "borda-per-cost": _("their points (projects ranked below) for each unit of cost"),
    }[ranking]


def _eligibility_words(parameters: Json) -> tuple[str, ...]:
    if parameters.get("eligibility", "all") == "all":
        return ()
    return (
        _(
            "A project took part if its share of the voters was at least a third of its cost's "
            "share of the budget."
        ),
    )


def _equal_shares_words(parameters: Json) -> tuple[str, ...]:
    utility = {
        "cost": _("money that goes to what they chose"),
        "cardinality": _("each winner they chose"),
        "score": _("the points they gave"),
        "places": _("the points of the places they gave"),
    }[str(parameters["utility"])]
    words = [
        _(
            "Every voter got the same share of the budget, and could spend it only on projects "
            "they chose (Method of Equal Shares)."
        ),
        _(
            "Again and again the project was bought whose supporters had to give least for "
            "%(utility)s; they shared its cost, or gave all they had left.",
            utility=utility,
        ),
    ]
    words += _completion_words(parameters)
    if parameters["comparison"]:
        words.append(
            _("Greedy's result would have counted if more voters had got more of it (comparison).")
        )
    return (*words, *_eligibility_words(parameters))


def _completion_words(parameters: Json) -> list[str]:
    completion, words = str(parameters["completion"]), []
    if completion.startswith("add1"):
        words.append(
            _(
                "Then everybody's share was raised by %(step)s %(unit)s at a time, and the last "
                "result within the budget counts.",
                step=parameters["step"],
                unit=parameters["step_unit"],
            )
        )
    if completion == "budget-steps":
        words.append(
            _(
                "Then the money shared out was raised by %(step)s %(unit)s at a time, and the last "
                "result within the budget counts.",
                step=parameters["step"],
                unit=parameters["step_unit"],
            )
        )
    if completion in ("add1e", "add1eu", "budget-steps"):
        words.append(_("That also ended when nothing more would have fitted."))
    if completion in ("add1u", "add1eu", "greedy"):
        words.append(_("What was left then went to the projects with most votes that fitted."))
    return words


def _phragmen_words(parameters: Json) -> tuple[str, ...]:
    words = _(
        "All voters earned money at the same speed. A project was bought the moment its "
        "supporters held its cost together, and they began again from nothing (Phragmén)."
    )
    if parameters["variant"] == "skip":
        return words, _("A project that cost more than was left was passed over.")
    return words, _("When the next project cost more than was left, the rule stopped.")


def tie_words(parameters: Json) -> tuple[str, ...]:
    """The order of equals, and where there is a lot, how anybody draws it again."""
    criteria = _(", then ").join(criterion_words(one) for one in parameters["tie_break"])
    words = [_("Where projects are equal, %(criteria)s goes first.", criteria=criteria)]
    if "lot" in parameters["tie_break"] and "seed" in parameters:
        words.append(
            _(
                "The lot is drawn by nobody: it is the order of the SHA-256 of the seed "
                "“%(seed)s”, a bar and the project's id. The seed must have been published "
                "before the vote.",
                seed=parameters["seed"],
            )
        )
    return tuple(words)


def criterion_words(criterion: str) -> str:
    """One criterion of ties."""
    return {
        "more-votes": _("more votes"),
        "lower-cost": _("lower cost"),
        "lot": _("a lot"),
        "id": _("the earlier id as text"),
    }[criterion]


def dimension_words(dimension: str) -> str:
    """How voters or projects are told apart, as a title."""
    return {
        "age": _("By age"),
        "sex": _("By sex"),
        "voting_method": _("How they voted"),
        "district": _("By district"),
        "neighborhood": _("By neighbourhood"),
        "education": _("By education"),
        "subunit": _("By part of the city"),
        "category": _("By category"),
    }.get(dimension, dimension)


def group_words(dimension: str, label: str) -> str:
    """One group of voters or projects."""
    known = {"F": _("Women"), "M": _("Men"), "O": _("Other")} if dimension == "sex" else {}
    return known.get(label, label) or _("not stated")


def parameter_words(election: Election, parameters: Json) -> tuple[tuple[str, str], ...]:
    """Every parameter by its name in the published file."""
    shown: dict[str, Callable[[Any], str]] = {
        "budget": lambda value: money(election, value),
        "tie_break": ", ".join,
        "comparison": lambda value: _("yes") if value else _("no"),
    }
    return tuple((name, shown.get(name, str)(value)) for name, value in parameters.items())
