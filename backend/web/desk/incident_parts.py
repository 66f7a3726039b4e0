"""What staff see of one incident besides where it stands, and what each act upon it offers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from backend.accounts.models import StaffAccount
from backend.accounts.queries import staff_accounts
from backend.core.actors import Actor, Role
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.photos.queries import PhotoToReview
from backend.places.nearest_places import NearPlace, nearest_places
from backend.places.nearest_streets import NearStreet, nearest_streets
from backend.reports.answer_templates import OfferedTemplate, fill_template, templates_for
from backend.reports.catalogue import HAZARD_BAND, city_catalogue
from backend.reports.duplicates.candidates import Candidate, likely_duplicates_of
from backend.reports.models import Body, Comment, Incident, IncidentChange, Note, Team
from backend.reports.photos.queries import photos_for_staff
from backend.reports.queries import history_of, notes_of
from backend.reports.rules import FARTHEST_METRES
from backend.reports.similarity import in_words
from backend.reports.staff_report import (
    Pause,
    StaffRequest,
    followers_of,
    open_moves,
    pauses_in,
    shown_reasons,
    thread_of,
)
from backend.reports.take_step import severity_of
from backend.reports.takers import bodies, teams
from backend.reports.workflow import CLOSED_STATES, DESK, State
from backend.triage.models import QueueOverride
from backend.triage.override_position import place_mark
from backend.web.view_models import Choice
from backend.web.words import language_words, said_words, severity_words, state_words

ANSWER = "answer"
"""What a text is for that goes with no step."""


@dataclass(frozen=True, slots=True)
class SaidView:
    """One word of the thread or of the notes; `id` is None where it is a step's."""

    id: UUID | None
    at: datetime
    by: str
    kind_words: str
    text: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class PauseView:
    """A stretch in which the clock stood still."""

    words: str
    since: datetime
    until: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class LikelyView:
    """An open incident that may be the same, beside this one.

    `obstacle` is why the two cannot be linked, empty where they can.
    """

    number: str
    service_name: str
    state_words: str
    opened_at: datetime
    metres: int
    reports: int
    summary: str
    percent: int
    reasons: str
    obstacle: str


@dataclass(frozen=True, slots=True)
class TextsView:
    """Texts to begin with for one step, or for an answer."""

    words: str
    offered: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class ModeratedView:
    """What the public reads of one report instead of its own words; None where it reads those."""

    number: str
    own: str
    public: str | None


@dataclass(frozen=True, slots=True)
class IncidentParts:
    """All there is on the page beside `IncidentPageView`; `may_act` is whether forms are drawn."""

    may_act: bool
    is_hazard: bool
    raised: int
    raised_because: str
    place_mark: str
    streets: tuple[NearStreet, ...]
    places: tuple[NearPlace, ...]
    followers: int
    language: str
    language_words: str
    photos: tuple[PhotoToReview, ...]
    pauses: tuple[PauseView, ...]
    thread: tuple[SaidView, ...]
    notes: tuple[SaidView, ...]
    likely: tuple[LikelyView, ...]
    moderated: tuple[ModeratedView, ...]
    hideable: tuple[tuple[int, str], ...]
    team: str
    assignee: str
    body: str
    scheduled_for: date | None
    offered: "OfferedActs"


@dataclass(frozen=True, slots=True)
class OfferedActs:
    """What the forms have to choose from; nothing to choose, no form."""

    teams: tuple[Choice, ...]
    people: tuple[Choice, ...]
    bodies: tuple[Choice, ...]
    services: tuple[Choice, ...]
    bands: tuple[Choice, ...]
    may_ask: bool
    step_texts: tuple[TextsView, ...]
    answer_texts: tuple[TextsView, ...]


def incident_parts(
    session: Session, incident: Incident, requests: Sequence[StaffRequest], viewer: Actor
) -> IncidentParts:
    """The parts for `viewer`; photos and forms are for whoever works the queue."""
    may_act = viewer.role in DESK
    accounts = staff_accounts(session)
    names = {one.key: one.display_name for one in accounts}
    history, language = history_of(session, incident.id), language_of(requests)
    override = session.get(QueueOverride, incident.id)
    is_open = State(incident.state) not in CLOSED_STATES
    team = session.get(Team, incident.team_code) if incident.team_code else None
    body = session.get(Body, incident.body_code) if incident.body_code else None
    return IncidentParts(
        may_act=may_act,
        is_hazard=severity_of(incident) == HAZARD_BAND,
        raised=override.raised if override else 0,
        raised_because=override.reason if override else "",
        place_mark=place_mark(override),
        streets=tuple(nearest_streets(session, incident.lon, incident.lat, limit=1)),
        places=tuple(nearest_places(session, incident.lon, incident.lat)),
        followers=followers_of(session, incident.id),
        language=language,
        language_words=language_words(language),
        photos=tuple(photos_for_staff(session, incident.id)) if may_act else (),
        pauses=tuple(map(_pause, pauses_in(history))),
        thread=tuple(_thread(history, thread_of(session, incident.id), names)),
        notes=tuple(_note(one, names) for one in notes_of(session, incident.id)),
        likely=_likely_views(session, incident, viewer) if is_open else (),
        moderated=tuple(map(_moderated, requests)),
        hideable=tuple((one.id, one.reason or "") for one in shown_reasons(session, incident.id)),
        team=team.name if team else "",
        assignee=_name(incident.assignee, names) if incident.assignee else "",
        body=body.name if body else "",
        scheduled_for=incident.scheduled_for,
        offered=_offered(session, incident, accounts, viewer),
    )


def _offered(
    session: Session, incident: Incident, accounts: Sequence[StaffAccount], viewer: Actor
) -> OfferedActs:
    moves = open_moves(State(incident.state), viewer, incident.appealed_against)
    after = tuple(dict.fromkeys(one.after for one in moves))
    is_awaited = incident.state == State.WAITING_REPORTER
    return OfferedActs(
        teams=tuple(
            Choice(one.code, one.name, one.code == incident.team_code) for one in teams(session)
        ),
        people=tuple(
            Choice(one.key, one.display_name, one.key == incident.assignee)
            for one in accounts
            if one.is_active and Role(one.role) in DESK
        ),
        bodies=tuple(
            Choice(one.code, one.name, one.code == incident.body_code)
            for one in (bodies(session) if State.HANDED_OVER in after else ())
        ),
        services=_services(session, incident),
        bands=tuple(
            Choice(str(band), severity_words(band), band == severity_of(incident))
            for band in range(5)
        ),
        may_ask=State.WAITING_REPORTER in after or is_awaited,
        step_texts=tuple(filter(None, (_texts(session, incident, one) for one in after))),
        answer_texts=tuple(filter(None, (_texts(session, incident, None),))),
    )


def language_of(requests: Iterable[StaffRequest]) -> str:
    """The language residents wrote in, by the first of them that says one; the city's own else."""
    written = (one.request.language for one in requests)
    return next(filter(None, written), current_runtime().settings.languages[0])


def chosen_text(
    session: Session, incident: Incident, requests: Sequence[StaffRequest]
) -> tuple[str, tuple[str, ...]]:
    """The text somebody asked for, filled in for this report, and what of it nobody knows yet.

    In the residents' language where somebody wrote it in that; empty where there is none.
    """
    steps = (None, *State)
    offered = (
        one
        for step in steps
        for one in templates_for(session, step, incident.service_code)
        if str(one.id) == request.form.get("text")
    )
    found = next(offered, None)
    if found is None:
        return "", ()
    language = language_of(requests)
    service = city_catalogue(session).services[incident.service_code]
    street = next(iter(nearest_streets(session, incident.lon, incident.lat, limit=1)), None)
    filled = fill_template(
        found.text_in(language),
        number=incident.number,
        service=service.in_language(language).name,
        language=language,
        street=street.name if street else None,
        day=incident.scheduled_for,
    )
    return filled.text, filled.missing


def _texts(session: Session, incident: Incident, state: State | None) -> TextsView | None:
    offered: Sequence[OfferedTemplate] = templates_for(session, state, incident.service_code)
    words = state_words(state) if state else _("Any answer")
    return TextsView(words, tuple((one.id, one.name) for one in offered)) if offered else None


def _name(key: str, names: Mapping[str, str]) -> str:
    if key in names:
        return names[key]
    return _("the city") if key.startswith("staff:") else _("a resident")


def _note(note: Note, names: Mapping[str, str]) -> SaidView:
    return SaidView(note.id, note.at, _name(note.actor, names), "", note.text)


def _moderated(one: StaffRequest) -> ModeratedView:
    return ModeratedView(one.request.number, one.request.description, one.moderated)


def _pause(pause: Pause) -> PauseView:
    return PauseView(state_words(pause.state), pause.since, pause.until, pause.reason)


def _thread(
    history: Iterable[IncidentChange], comments: Iterable[Comment], names: Mapping[str, str]
) -> list[SaidView]:
    """What residents and the city said to each other, in order: a step's question is one too."""
    said = [
        SaidView(
            one.id, one.at, _name(one.actor, names), said_words(one.kind), one.text, one.is_hidden
        )
        for one in comments
    ]
    asked = [
        SaidView(None, one.at, _name(one.actor, names), said_words("question"), one.reason)
        for one in history
        if one.to_state == State.WAITING_REPORTER and one.reason
    ]
    return sorted([*said, *asked], key=lambda one: one.at)


def _likely_views(session: Session, incident: Incident, viewer: Actor) -> tuple[LikelyView, ...]:
    found = likely_duplicates_of(session, incident)
    return tuple(_likely(one, incident, viewer) for one in found)


def _likely(one: Candidate, incident: Incident, viewer: Actor) -> LikelyView:
    return LikelyView(
        number=one.number,
        service_name=one.service_name,
        state_words=state_words(State(one.state)),
        opened_at=one.opened_at,
        metres=round(one.metres),
        reports=one.reports,
        summary=one.summary,
        percent=round(one.likeness.score * 100),
        reasons=in_words(one.likeness.factors),
        obstacle=_obstacle(one, incident, viewer),
    )


def _obstacle(one: Candidate, incident: Incident, viewer: Actor) -> str:
    """Why linking the two would be refused, in words; empty where it would not."""
    if incident.appealed_against == viewer.key:
        return _("A resident appeals against your decision here, so a colleague has to link it.")
    if one.service_code != incident.service_code:
        return _(
            "It is of another kind, so the two cannot be linked. "
            "If they are the same, change the kind of one of them first."
        )
    if round(one.metres) > FARTHEST_METRES:
        return _("It is too far away to be linked.")
    return ""


def _services(session: Session, incident: Incident) -> tuple[Choice, ...]:
    active = [one for one in city_catalogue(session).services.values() if one.is_active]
    return tuple(
        Choice(one.code, one.name, one.code == incident.service_code)
        for one in sorted(active, key=lambda one: one.name)
    )
