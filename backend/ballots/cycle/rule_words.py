"""A voting rule as people read it: one sentence for each parameter, none left out."""

from collections.abc import Iterator, Mapping
from typing import Any

from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.core.speak import Say

_GREEDY = {
    "skip": marked(
        "One that costs more than is left is passed over, and the next one gets its turn."
    ),
    "no-skip": marked("At the first project that costs more than is left, the rule stops."),
    "threshold": marked("One that costs more than is left is passed over."),
    "percent80": marked(
        "At the first project that costs more than is left, the rule stops. That project is still "
        "built, from a reserve, where what is left covers at least 80 % of its cost."
    ),
}
_RANKING = {
    "votes": marked("Projects are taken in the order of their votes."),
    "points": marked("Projects are taken in the order of their points."),
    "votes-per-cost": marked("Projects are taken in the order of their votes for each unit spent."),
    "points-per-cost": marked(
        "Projects are taken in the order of their points for each unit spent."
    ),
    "borda-per-cost": marked(
        "Projects are taken in the order of their Borda points (one for each project ranked below) "
        "for each unit spent."
    ),
}
_UTILITY = {
    "cost": marked("What a voter gains from a project counts as what the project costs."),
    "cardinality": marked("What a voter gains from a project counts as one, whatever it costs."),
    "score": marked("What a voter gains from a project are the points given to it."),
    "places": marked("What a voter gains from a project are the points of its place."),
}
_COMPLETION = {
    "none": marked("Money that voters' shares do not reach is not spent."),
    "add1": marked(
        "Everybody's share is raised by %(step)s %(currency)s at a time; the last outcome within "
        "the budget counts."
    ),
    "add1e": marked(
        "Everybody's share is raised by %(step)s %(currency)s at a time, until nothing more fits "
        "or the budget would be passed; the last outcome within the budget counts."
    ),
    "add1u": marked(
        "Everybody's share is raised by %(step)s %(currency)s at a time; the last outcome within "
        "the budget counts, and what is left is spent in the order of votes."
    ),
    "add1eu": marked(
        "Everybody's share is raised by %(step)s %(currency)s at a time, until nothing more fits "
        "or the budget would be passed; what is left is spent in the order of votes."
    ),
    "budget-steps": marked(
        "The money shared out is raised by %(step)s %(currency)s at a time, until nothing more "
        "fits or the budget would be passed; the last outcome within the budget counts."
    ),
    "greedy": marked("What voters' shares do not reach is spent in the order of votes."),
}
_START = {
    "exact": marked("Each voter's share is the budget divided by the voters, exactly."),
    "integral": marked(
        "Each voter's share is the budget divided by the voters, rounded down to whole "
        "%(currency)s."
    ),
}
_ELIGIBILITY = {
    "all": marked("Every project with a vote takes part."),
    "third-of-budget-share": marked(
        "A project takes part if its share of voters is at least a third of its share of the "
        "budget."
    ),
}
_PHRAGMEN = {
    "stop": marked("As soon as the next project costs more than is left, the rule stops."),
    "skip": marked("A project that costs more than is left is passed over."),
}


def rule_words(terms: Mapping[str, Any], currency: str, say: Say = _) -> tuple[str, ...]:
    """The sentences, of terms that `rule_terms` finds nothing wrong with, as `say` has them."""
    facts = {"currency": currency, "step": terms.get("step"), "threshold": terms.get("threshold")}
    sentences = [*_method(terms), *_ties(terms)]
    return tuple(say(one) % facts if "%(" in one else say(one) for one in sentences)


def _method(terms: Mapping[str, Any]) -> Iterator[str]:
    match terms["rule"]:
        case "greedy":
            yield _RANKING[terms["ranking"]]
            yield _GREEDY[terms["variant"]]
            if terms["variant"] == "threshold":
                yield marked("Only projects with at least %(threshold)s votes or points take part.")
        case "equal-shares":
            yield marked(
                "Every voter has an equal share of the money and pays for the projects they "
                "voted for, together with the others who did (Method of Equal Shares)."
            )
            yield _START[terms["start"]]
            yield _UTILITY[terms["utility"]]
            yield _COMPLETION[terms["completion"]]
            if terms["comparison"]:
                yield marked(
                    "The outcome in the order of votes counts instead if more voters have more of "
                    "their projects in it than the other way round."
                )
            else:
                yield marked("The outcome is not compared with the one in the order of votes.")
        case _:
            yield marked(
                "All voters earn money at the same speed; a project is bought when those who voted "
                "for it hold its cost together, and they start again (Phragmén's rule)."
            )
            yield _PHRAGMEN[terms["variant"]]
    if "eligibility" in terms:
        yield _ELIGIBILITY[terms["eligibility"]]


def _ties(terms: Mapping[str, Any]) -> Iterator[str]:
    if terms["ties"] == "lexicographic":
        yield marked("Of equal projects, the one whose code comes first as text goes first.")
        return
    yield marked(
        "Of equal projects, the cheaper goes first, then the one with more votes, then a lot that "
        "follows from a text published now."
    )
