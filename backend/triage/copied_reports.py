"""What an entry of the queue says of all its reports: how they came, and whether one has a photo.

Ways of reporting are bits, so that one number holds all the reports came by.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from backend.core.channels import Channel
from backend.core.db import table_of
from backend.photos.models import Photo
from backend.photos.workflow import TO_LOOK_AT
from backend.reports.models import ServiceRequest
from backend.reports.photos.queries import IS_OF_REPORT

# Stored: a bit keeps its meaning for good, and a new way gets the next one.
_BITS = {
    Channel.APP: 1 << 0,
    Channel.WEB: 1 << 1,
    Channel.PHONE: 1 << 2,
    Channel.COUNTER: 1 << 3,
    Channel.TEXT: 1 << 4,
    Channel.EMAIL: 1 << 5,
    Channel.PAPER: 1 << 6,
    Channel.STAFF: 1 << 7,
    Channel.HELPER: 1 << 8,
    Channel.OUTREACH: 1 << 9,
    Channel.CREW: 1 << 10,
    Channel.SENSOR: 1 << 11,
    Channel.SWEEP: 1 << 12,
    Channel.OTHER: 1 << 13,
}
_REQUEST, _PHOTO = table_of(ServiceRequest), table_of(Photo)


def bits_of(channels: Iterable[str]) -> int:
    """All of `channels` in one number."""
    return sum({_BITS[Channel(channel)] for channel in channels})


def bits_of_incident(incident_id: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """How the reports of an incident came, in one number, as both databases add it up."""
    bit = sa.case(
        *(
            (_REQUEST.c.channel == name.value, sa.literal_column(str(bit)))
            for name, bit in _BITS.items()
        ),
        else_=sa.literal_column("0"),
    )
    added = sa.select(sa.func.coalesce(sa.func.sum(bit.distinct()), 0))
    return added.where(_REQUEST.c.incident_id == incident_id).scalar_subquery()


def has_photo(incident_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether any report of an incident has a photo that staff can look at."""
    return sa.exists().where(
        _REQUEST.c.incident_id == incident_id,
        IS_OF_REPORT,
        _PHOTO.c.subject_id == _REQUEST.c.id,
        _PHOTO.c.is_claimed,
        _PHOTO.c.state.in_([sa.literal_column(f"'{state.value}'") for state in TO_LOOK_AT]),
    )
