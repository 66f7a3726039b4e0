"""Who would be affected if many reports took a step together, before they do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.core.actors import Actor
from backend.places.queries import current_districts
from backend.reports.catalogue import HAZARD_BAND
from backend.reports.desk_acts.commands import BulkAct, Chosen
from backend.reports.desk_acts.queries import incidents_of
from backend.reports.desk_acts.rules import (
    Obstacle,
    Standing,
    obstacle_to_giving,
    obstacle_to_step,
)
from backend.reports.models import Incident
from backend.reports.take_step import severity_of
from backend.reports.tell_residents import residents_told
from backend.reports.workflow import State


@dataclass(frozen=True, slots=True)
class Preview:
    """`able` can take part, `unable` cannot and why; `unknown` are numbers of nothing.

    `by_district` counts those who can by the district's name, None outside the city. `told` is how
    many residents would hear of it, `requests` how many reports lie under them.
    """

    able: tuple[Chosen, ...]
    unable: Mapping[str, Obstacle]
    unknown: tuple[str, ...]
    by_district: Mapping[str | None, int]
    requests: int
    told: int


def preview_act(session: Session, act: BulkAct, numbers: Sequence[str], actor: Actor) -> Preview:
    """What `act` would do to the reports with these numbers; nothing is changed."""
    incidents = incidents_of(session, numbers)
    obstacles = {one.number: obstacle_to(one, act, actor) for one in incidents}
    able = [one for one in incidents if obstacles[one.number] is None]
    names = {one.id: one.name for one in current_districts(session)}
    told = residents_told(session, [one.id for one in able], act.after) if act.after else 0
    return Preview(
        able=tuple(Chosen(one.number, one.version) for one in able),
        unable={number: why for number, why in obstacles.items() if why is not None},
        unknown=tuple(sorted(set(numbers) - obstacles.keys())),
        by_district=Counter(names.get(one.district_id or 0) for one in able),
        requests=sum(one.request_count for one in able),
        told=told,
    )


def obstacle_to(incident: Incident, act: BulkAct, actor: Actor) -> Obstacle | None:
    """Why the incident cannot take part."""
    standing = Standing(
        State(incident.state),
        severity_of(incident) == HAZARD_BAND,
        incident.appealed_against,
        incident.assignee,
    )
    if act.after is None:
        return obstacle_to_giving(standing, act.assignee)
    return obstacle_to_step(standing, act.after, actor.key, actor.role)
