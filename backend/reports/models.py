"""Services, what people reported, and the incidents behind the reports.

A `service_request` is what a person saw and said and is never altered. An `incident` is the hole
in the road: it has the state, and several requests may lie under it.
"""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.db import Base, RowId


class Service(Base):
    """A kind of problem the city takes reports of (an Open311 service)."""

    __tablename__ = "service"
    __table_args__ = (
        sa.CheckConstraint("severity_band BETWEEN 0 AND 4", name="severity_band"),
        sa.CheckConstraint("target_hours > 0", name="target_hours"),
    )

    code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.String(500), default="")
    group_name: Mapped[str] = mapped_column(sa.String(120), default="")
    keywords: Mapped[str] = mapped_column(sa.String(300), default="")
    severity_band: Mapped[int]
    target_hours: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
    # Hours of the target run on working days of the city's calendar only.
    counts_working_days: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    # How far apart two reports of one thing may be.
    duplicate_metres: Mapped[int] = mapped_column(default=50, server_default="50")
    # The grid that public coordinates are rounded to, where a place could point at a person.
    public_grid_metres: Mapped[int | None]
    retention_days: Mapped[int | None]
    # Said to whoever reports (Open311's service_notice).
    notice: Mapped[str | None] = mapped_column(sa.String(500))
    # In other languages: [{"language": ..., "name": ..., "keywords": [...]}, ...].
    translations: Mapped[list[Any] | None]


class ServiceAttribute(Base):
    """A question a service asks besides (an Open311 service definition's attribute)."""

    __tablename__ = "service_attribute"
    __table_args__ = (sa.UniqueConstraint("service_code", "position"),)

    service_code: Mapped[str] = mapped_column(sa.ForeignKey("service.code"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    position: Mapped[int]
    datatype: Mapped[str] = mapped_column(sa.String(20))
    is_question: Mapped[bool] = mapped_column(default=True)
    is_required: Mapped[bool] = mapped_column(default=False)
    description: Mapped[str] = mapped_column(sa.String(500))
    datatype_description: Mapped[str] = mapped_column(sa.String(500), default="")
    # What a list offers: [{"key": ..., "name": ...}, ...].
    choices: Mapped[list[Any]] = mapped_column(default=list)
    # In other languages: [{"language": ..., "description": ..., "choices": {key: name}}, ...].
    translations: Mapped[list[Any] | None]


class HazardWord(Base):
    """A word that means danger in one language, as the city edits it."""

    __tablename__ = "hazard_word"

    language: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    word: Mapped[str] = mapped_column(sa.String(60), primary_key=True)


class Team(Base):
    """Who in the city does the work."""

    __tablename__ = "team"

    code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    # Whether it is given anything new.
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())


class Body(Base):
    """Another body that looks after some places, such as a county's road office."""

    __tablename__ = "body"

    code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    # How a resident reaches it; public.
    public_contact: Mapped[str] = mapped_column(sa.String(200), default="")
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())


class RoutingRule(Base):
    """Who takes reports of a service in a district; an empty column stands for every one."""

    __tablename__ = "routing_rule"
    __table_args__ = (
        sa.UniqueConstraint("service_code", "district_code"),
        sa.CheckConstraint("(team_code IS NULL) <> (body_code IS NULL)", name="one_taker"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_code: Mapped[str | None] = mapped_column(sa.ForeignKey("service.code"))
    district_code: Mapped[str | None] = mapped_column(sa.String(60))
    team_code: Mapped[str | None] = mapped_column(sa.ForeignKey("team.code"))
    body_code: Mapped[str | None] = mapped_column(sa.ForeignKey("body.code"))


class Holiday(Base):
    """A day the city's calendar does not count as a working day."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))


class ReportPolicy(Base):
    """The single row of what the city decided about reports; defaults hold without it."""

    __tablename__ = "report_policy"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Seven letters, Monday first: W is a working day.
    working_week: Mapped[str] = mapped_column(sa.String(7), default="WWWWW--")
    confirm_days: Mapped[int] = mapped_column(default=14)
    links_repeats: Mapped[bool] = mapped_column(default=False)
    needs_photo_approval: Mapped[bool] = mapped_column(default=True)


class Catalogue(Base):
    """The single row that counts the changes of services, words, routes and policy."""

    __tablename__ = "catalogue"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]


class Incident(Base):
    """One thing that is wrong at one place; `number` is that of its first request."""

    __tablename__ = "incident"
    __table_args__ = (
        sa.Index(None, "state", "service_code"),
        sa.Index(None, "district_id"),
        sa.Index(None, "changed_sequence"),
        # The public list of what is overdue.
        sa.Index(None, "answered_at", "due_at"),
        # What is near: the open ones of a service by latitude (backend/reports/near.py).
        sa.Index(
            "ix_incident_open",
            "service_code",
            "lat",
            "lon",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        # What was settled lately.
        sa.Index(
            "ix_incident_closed",
            "closed_at",
            "state",
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        ),
        # Who works on what is open.
        sa.Index(
            "ix_incident_assigned",
            "assignee",
            sqlite_where=sa.text("closed_at IS NULL AND assignee IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND assignee IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(8), unique=True)
    service_code: Mapped[str] = mapped_column(sa.ForeignKey("service.code"))
    state: Mapped[str] = mapped_column(sa.String(20))
    lon: Mapped[float]
    lat: Mapped[float]
    district_id: Mapped[int | None] = mapped_column(sa.ForeignKey("district.id"))
    is_outside: Mapped[bool]
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    request_count: Mapped[int] = mapped_column(default=1)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("incident.id"))
    version: Mapped[int] = mapped_column(default=1)
    # The decision that last changed what the public sees: rises in the order of commits.
    changed_sequence: Mapped[int] = mapped_column(RowId, default=0, server_default="0")
    # Other than the service's, because of its words or a person's judgement.
    own_severity_band: Mapped[int | None]
    due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_seconds: Mapped[float] = mapped_column(default=0.0, server_default="0")
    # The first reasoned answer anybody can read.
    answered_at: Mapped[datetime | None]
    team_code: Mapped[str | None] = mapped_column(sa.ForeignKey("team.code"))
    body_code: Mapped[str | None] = mapped_column(sa.ForeignKey("body.code"))
    assignee: Mapped[str | None] = mapped_column(sa.String(80))
    scheduled_for: Mapped[date | None]
    # Who decided what is appealed against; somebody else must decide now.
    appealed_against: Mapped[str | None] = mapped_column(sa.String(80))
    service: Mapped[Service] = relationship(lazy="raise")


class ServiceRequest(Base):
    """One report; `id` comes from the reporter's device, so a retry is the same row."""

    __tablename__ = "service_request"
    __table_args__ = (
        sa.UniqueConstraint("source", "external_id"),
        # Whose reports these are.
        sa.Index(None, "reporter_hash"),
        sa.Index(
            "ix_service_request_awaiting",
            "source",
            "awaited_parent",
            sqlite_where=sa.text("awaited_parent IS NOT NULL"),
            postgresql_where=sa.text("awaited_parent IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(8), unique=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    service_code: Mapped[str] = mapped_column(sa.ForeignKey("service.code"))
    description: Mapped[str] = mapped_column(sa.Text)
    attributes: Mapped[dict[str, Any] | None]
    lon: Mapped[float]
    lat: Mapped[float]
    address: Mapped[str | None] = mapped_column(sa.String(300))
    district_id: Mapped[int | None] = mapped_column(sa.ForeignKey("district.id"))
    is_outside: Mapped[bool]
    channel: Mapped[str] = mapped_column(sa.String(20))
    reporter_hash: Mapped[str | None] = mapped_column(sa.String(64))
    requested_at: Mapped[datetime]
    received_at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(sa.String(60))
    external_id: Mapped[str | None] = mapped_column(sa.String(120))
    # The request of its source that it repeats, until that one has come in.
    awaited_parent: Mapped[str | None] = mapped_column(sa.String(120))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    # What the words alone suggested to whoever wrote them, and in which language.
    suggested_service_code: Mapped[str | None] = mapped_column(sa.String(60))
    language: Mapped[str | None] = mapped_column(sa.String(10))


class Contact(Base):
    """How to reach the reporter: name, phone, e-mail and free words, sealed as one value."""

    __tablename__ = "contact"

    service_request_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("service_request.id"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Inspection(Base):
    """Somebody from the city went and looked."""

    __tablename__ = "inspection"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    inspected_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(sa.String(20))
    actor: Mapped[str] = mapped_column(sa.String(80))


class IncidentChange(Base):
    """One step in an incident's history; nothing that was said or done is ever edited.

    `act_id` comes from whoever took it, so that sending it again is the same step.
    """

    __tablename__ = "incident_change"
    __table_args__ = (sa.Index(None, "act_id", unique=True),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(20))
    from_state: Mapped[str | None] = mapped_column(sa.String(20))
    to_state: Mapped[str | None] = mapped_column(sa.String(20))
    # What was changed besides the state: a severity band, a service, an assignee.
    from_value: Mapped[str | None] = mapped_column(sa.String(80))
    to_value: Mapped[str | None] = mapped_column(sa.String(80))
    actor: Mapped[str] = mapped_column(sa.String(80))
    author_hash: Mapped[str | None] = mapped_column(sa.String(64))
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
    is_reason_hidden: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    act_id: Mapped[uuid.UUID | None]


class Comment(Base):
    """What anybody can read under an incident: a word from a resident or the city's answer.

    `id` comes from whoever wrote it, so that sending it again is the same comment.
    """

    __tablename__ = "comment"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(20))
    actor: Mapped[str] = mapped_column(sa.String(80))
    author_hash: Mapped[str | None] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
    is_hidden: Mapped[bool] = mapped_column(default=False)


class Note(Base):
    """What staff say among themselves; no public answer ever reads this table."""

    __tablename__ = "note"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(sa.String(80))
    text: Mapped[str] = mapped_column(sa.Text)


class Follower(Base):
    """Somebody who follows a report; known by the salted hash of a device or an account."""

    __tablename__ = "follower"
    __table_args__ = (sa.Index(None, "follower_hash"),)

    service_request_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("service_request.id"), primary_key=True
    )
    follower_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    since: Mapped[datetime]


class ModeratedText(Base):
    """What the public reads instead of a request's own words, and why."""

    __tablename__ = "moderated_text"

    service_request_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("service_request.id"), primary_key=True
    )
    description: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.String(1000))
    actor: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime]


class ExpectedTime(Base):
    """How long incidents of a service stayed open in the last year, in hours from their opening.

    Without a district it stands for the whole city; `high_hours` is None where too many are still
    open to tell. Computed anew every night.
    """

    __tablename__ = "expected_time"
    __table_args__ = (sa.UniqueConstraint("service_code", "district_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_code: Mapped[str] = mapped_column(sa.ForeignKey("service.code"))
    district_id: Mapped[int | None] = mapped_column(sa.ForeignKey("district.id"))
    median_hours: Mapped[float]
    low_hours: Mapped[float]
    high_hours: Mapped[float | None]
    closings: Mapped[int]
    computed_at: Mapped[datetime]


class OutcomeRating(Base):
    """Whether somebody whose report it is says that it was dealt with well, once for a closing.

    `closed_at` is the closing it is about; what they said in words is sealed.
    """

    __tablename__ = "outcome_rating"
    __table_args__ = (sa.UniqueConstraint("incident_id", "rater_hash"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"))
    rater_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    answer: Mapped[str] = mapped_column(sa.String(10))
    sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    closed_at: Mapped[datetime]
    rated_at: Mapped[datetime]
