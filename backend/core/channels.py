"""How people reach the city."""

from enum import StrEnum


class Channel(StrEnum):
    """One queue for all of them, kept apart for the equity audit."""

    APP = "app"
    WEB = "web"
    PHONE = "phone"
    COUNTER = "counter"
    TEXT = "text"
    EMAIL = "email"
    PAPER = "paper"
    STAFF = "staff"
    HELPER = "helper"
    OUTREACH = "outreach"
    CREW = "crew"
    SENSOR = "sensor"
    SWEEP = "sweep"
    OTHER = "other"


OWN_CHANNELS = frozenset({Channel.STAFF, Channel.CREW, Channel.SENSOR, Channel.SWEEP})
"""What the city found by itself is no resident's report."""
