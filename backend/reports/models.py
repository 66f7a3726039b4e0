"""Services, what people reported, and the incidents behind the reports.

A `service_request` is what a person saw and said and is never altered. An `incident` is the hole
in the road: it has the state, and several requests may lie under it.
"""

import uuid
from datetime import datetime

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


class Incident(Base):
    """One thing that is wrong at one place; `number` is that of its first request."""

    __tablename__ = "incident"
    __table_args__ = (sa.Index(None, "state", "service_code"), sa.Index(None, "district_id"))

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
    service: Mapped[Service] = relationship(lazy="raise")


class ServiceRequest(Base):
    """One report; `id` comes from the reporter's device, so a retry is the same row."""

    __tablename__ = "service_request"
    __table_args__ = (sa.UniqueConstraint("source", "external_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(8), unique=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    service_code: Mapped[str] = mapped_column(sa.ForeignKey("service.code"))
    description: Mapped[str] = mapped_column(sa.Text)
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
    fingerprint: Mapped[str] = mapped_column(sa.String(64))


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
    """One step in an incident's history; nothing here is ever edited."""

    __tablename__ = "incident_change"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(20))
    from_state: Mapped[str | None] = mapped_column(sa.String(20))
    to_state: Mapped[str | None] = mapped_column(sa.String(20))
    actor: Mapped[str] = mapped_column(sa.String(80))
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
