"""What is wrong with the form of a ballot before its cycle is published, beside the rule."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from backend.ballots.cycle.models import CITYWIDE
from backend.ballots.cycle.rule_terms import needs_points, rule_faults, rule_of
from backend.ballots.voting.ballot_form import Districts, Kind, Publication
from backend.ballots.voting.queries import read_form
from backend.core.errors import DomainError, Invalid


def form_faults(
    form: Mapping[str, Any], rule: Mapping[str, Any], part_codes: Collection[str] = ()
) -> Iterator[DomainError]:
    """A form that cannot be, and one whose ballots do not say what rule and parts ask for."""
    try:
        read = read_form(form)
    except Invalid as error:
        yield error
        return
    kind = read.kind
    if read.publication is not Publication.BALLOTS:
        yield Invalid("ballots-must-be-published", pointer="/ballot_form/publication")
    districts = [code for code in part_codes if code != CITYWIDE]
    if read.districts is Districts.NONE and districts:
        yield Invalid("districts-without-votes", pointer="/ballot_form/districts", parts=districts)
    is_stated = not any(rule_faults(rule))
    if is_stated and needs_points(rule_of(rule)) and kind not in (Kind.POINTS, Kind.RANKING):
        yield Invalid("rule-needs-points", pointer="/ballot_form/kind")
