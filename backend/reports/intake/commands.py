"""What is asked of reports that come in on behalf of residents, as frozen values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from backend.core.channels import Channel
from backend.reports.commands import FileReport


class LeadState(StrEnum):
    """Where a message stands."""

    NEW = "new"
    ACCEPTED = "accepted"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class EnterReport:
    """A report somebody of the city types for a resident.

    A message becomes it where the report has the message's id. `may_tell` is whether they agreed to
    be told what becomes of it; `batch` and `sheet` are on the paper. `shown` are the numbers of
    what may be the same, as far as the actor saw them before.
    """

    report: FileReport
    may_tell: bool = False
    batch: str | None = None
    sheet: int | None = None
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeadWords:
    """What a message says, and who sent it: `sender` is an address or a phone number.

    `left_out` counts files that came with it and were not kept. What a program sent by itself
    (`is_automatic`) is never answered.
    """

    sender: str
    words: str
    subject: str = ""
    left_out: int = 0
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class KeepLead:
    """A message came in; `external_id` is what its carrier calls it.

    `pictures` are the addresses at which the carrier holds what came with it.
    """

    channel: Channel
    external_id: str
    said: LeadWords
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetLeadAside:
    """It is no report, for a reason the desk can read."""

    id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class TakeLeadUp:
    """It is to be looked at again after all."""

    id: UUID


@dataclass(frozen=True, slots=True)
class NoteTold:
    """Whoever reported `number` was told, by somebody of the city, of what happened until then.

    `is_last` is whether they want to hear no more of it.
    """

    number: str
    until: datetime
    is_last: bool = False
