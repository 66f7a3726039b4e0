"""Phases, levels, ballots and formulas of a participatory budget in words people use."""

from collections.abc import Iterator, Mapping
from typing import Any

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.phases import Phase
from backend.ballots.voting.ballot_form import BallotForm, Districts, Kind, Publication
from backend.core.i18n import gettext as _
from backend.core.i18n import marked, ngettext
from backend.web.budget.election_words import money
from backend.web.fact_words import read_facts
from backend.web.words import measure_words

_PHASES = {
    Phase.NEEDS: (marked("Needs"), marked("Look together at what each district lacks.")),
    Phase.IDEAS: (marked("Ideas"), marked("Anybody proposes what could be built.")),
    Phase.FEASIBILITY: (
        marked("Feasibility"),
        marked("The city checks each idea: law, technique, cost, upkeep, and whom it helps."),
    ),
    Phase.FEEDBACK: (
        marked("Feedback"),
        marked("Everybody reads the answers and asks again; ideas are improved."),
    ),
    Phase.VOTE: (marked("Vote"), marked("Residents choose. One resident, one ballot.")),
    Phase.DELIVERY: (
        marked("Delivery"),
        marked("What won is built, with its spending and its delays in public."),
    ),
    Phase.REASSESSMENT: (
        marked("Reassessment"),
        marked("Look again: what helped, what failed, what to do otherwise next time."),
    ),
}
_LEVELS = {
    "inform": marked("Inform: the city tells you what it will do and why."),
    "consult": marked("Consult: the city listens to you and then decides."),
    "involve": marked(
        "Involve: the city works with you and shows how your words changed its decision."
    ),
    "collaborate": marked("Collaborate: you and the city work out the decision together."),
    "empower": marked("Empower: you decide, and the city builds what wins."),
}
_DISTRICTS = {
    Districts.NONE: marked("There is one vote for the whole city."),
    Districts.OWN: marked("You can vote for the whole city and for your own district."),
    Districts.ANY_ONE: marked(
        "You can vote for the whole city and for one district of your choice."
    ),
}
_PUBLISHED = {
    Publication.BALLOTS: marked("After the count every ballot is published, and no voter."),
    Publication.COUNTS: marked("After the count the numbers of each project are published."),
}


def phase_words(phase: Phase) -> str:
    """A phase's name."""
    return _(_PHASES[phase][0])


def phase_purpose(phase: Phase) -> str:
    """What happens in it."""
    return _(_PHASES[phase][1])


def level_words(level: str) -> str:
    """How far people decide; a draft may not say it yet."""
    return _(_LEVELS[level]) if level in _LEVELS else _("Not stated yet.")


def form_words(form: BallotForm) -> Iterator[str]:
    """What a ballot may say, one sentence for each limit."""
    match form.kind:
        case Kind.APPROVAL:
            yield _("In each part you tick the projects you want.")
        case Kind.KNAPSACK:
            yield _("In each part you tick projects that fit into its money together.")
        case Kind.CHOOSE_ONE:
            yield _("In each part you choose one project.")
        case Kind.POINTS:
            yield _("In each part you have %(points)s points to give.", points=form.points)
        case Kind.RANKING:
            yield _("In each part you put the projects you want in order.")
    if form.kind is not Kind.CHOOSE_ONE:
        yield ngettext("At least one project.", "At least %(num)s projects.", form.least)
        if form.most is not None:
            yield ngettext("At most one project.", "At most %(num)s projects.", form.most)
    if form.most_points is not None:
        most = form.most_points
        yield ngettext("At most one point each.", "At most %(num)s points each.", most)
    for category, most in form.category_limits.items():
        yield _("At most %(most)s of “%(category)s”.", most=most, category=category)
    yield _(_DISTRICTS[form.districts])
    yield _(_PUBLISHED[form.publication])


def formula_words(cycle: Cycle, terms: Mapping[str, Any]) -> Iterator[str]:
    """How the money is shared, one sentence for each term."""
    if "citywide_percent" in terms:
        share = terms["citywide_percent"]
        yield _("The whole city has %(share)s of 100 of the money, rounded down.", share=share)
    if "citywide_budget" in terms:
        yield _("The whole city has %(fixed)s.", fixed=money(cycle, terms["citywide_budget"]))
    yield _(
        "Of the districts' money %(share)s of 100 follow the residents.",
        share=terms["population_weight"],
    )
    if terms["need_weight"]:
        yield _(
            "%(share)s of 100 follow the people in need (%(measure)s).",
            share=terms["need_weight"],
            measure=measure_words(terms["need_measure"]),
        )
    if terms["equity_weight"]:
        yield _(
            "%(share)s of 100 follow the residents times an index (%(measure)s).",
            share=terms["equity_weight"],
            measure=measure_words(terms["equity_measure"]),
        )
    yield _(
        "No district gets less than %(floor)s of 100 of what its residents alone would give it; "
        "the others pay for that in proportion.",
        floor=terms["floor_percent"],
    )
    yield _(
        "Units left over in the rounding go to the largest fractions, equal ones by the "
        "district's code (largest remainder)."
    )


def source_words(source: str) -> str:
    """Where a figure is from: the cycle, the census or a file."""
    kind, _colon, name = source.partition(":")
    match kind:
        case "census":
            return _("the census (%(name)s)", name=name)
        case "given":
            return _("a file of the city (%(name)s)", name=name)
        case _:
            return _("this budget's own statement")


def _phase(name: str) -> str:
    return phase_words(Phase(name))


read_facts(
    "phase-missing",
    "phase-far-away",
    "phase-empty",
    "phases-overlap",
    "phase-is-over",
    "phase-has-begun",
    "date-is-past",
    "phase-not-open",
    "dates-are-the-same",
    "cycle-published-too-late",
    "settled-too-early",
    phase=_phase,
    before=_phase,
    after=_phase,
)
