"""Where the city allows it, a program joins a new report to what it certainly repeats.

Off unless the city's policy says so, never on place and time alone, and never where anybody is in
danger: `merge_incidents` refuses that to a program.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.core.errors import Conflict, Forbidden
from backend.core.jobs import PreparedJob
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import city_catalogue
from backend.reports.commands import MergeIncidents
from backend.reports.duplicates.candidates import likely_duplicates_of
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.queries import lock_merging
from backend.reports.events import ReportFiled
from backend.reports.queries import find_incident
from backend.reports.similarity import in_words
from backend.reports.workflow import State

JOB = "link_certain_repeat"


@dataclass(frozen=True, slots=True)
class _Found:
    """The incident that the new one, as long as it is at `version`, certainly repeats."""

    version: int
    command: MergeIncidents


def on_report_filed(work: UnitOfWork, event: ReportFiled) -> None:
    """Look at it later, if the city wants that."""
    if not event.is_repeat and city_catalogue(work.session).policy.links_repeats:
        work.enqueue(JOB, number=event.number)


def _find(session: Session, _now: datetime, payload: dict[str, Any]) -> _Found | None:
    incident = find_incident(session, payload["number"])
    is_wanted = city_catalogue(session).policy.links_repeats
    # Once a person has taken it up, it is theirs to judge.
    if not is_wanted or incident.state != State.RECEIVED or incident.number != payload["number"]:
        return None
    for one in likely_duplicates_of(session, incident):
        if one.service_code == incident.service_code and one.likeness.is_certain:
            # How far apart they are would tell what a rounded place hides.
            told = (factor for factor in one.likeness.factors if factor.name != "distance")
            reason = f"Joined by the city's program: in the same place. {in_words(told)}"
            return _Found(incident.version, MergeIncidents(incident.number, one.number, reason))
    return None


def _link(work: UnitOfWork, found: _Found | None) -> None:
    if found is None:
        return
    lock_merging(work.session)
    incident = find_incident(work.session, found.command.number, lock=True)
    if incident.version != found.version:
        return
    try:
        with work.session.begin_nested():
            merge_incidents(work, found.command)
    except (Conflict, Forbidden):
        # Dangerous, closed since, or merged by somebody else: left to people.
        return


LINK_JOB = PreparedJob(_find, _link)
