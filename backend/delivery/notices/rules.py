"""What residents can be told, on which ways, and when it is too early or too often. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType


class Topic(StrEnum):
    """What a notice is about."""

    QUESTION = "report.question"
    CLOSING = "report.closing"
    ANSWER = "report.answer"
    STATE = "report.state"
    PROPOSAL = "budget.mine"
    PHASE = "budget.phase"


class Way(StrEnum):
    """How somebody wishes to be told; each has one or more kinds of address."""

    PUSH = "push"
    EMAIL = "email"


class Kind(StrEnum):
    """What kind of address it is. Google names browsers and phones by token or installation id."""

    WEBPUSH = "webpush"
    FCM_TOKEN = "fcm_token"  # noqa: S105 - a kind of address
    FCM_FID = "fcm_fid"
    EMAIL = "email"


class Carrier(StrEnum):
    """Who carries a notice to its address."""

    WEBPUSH = "webpush"
    FCM = "fcm"
    EMAIL = "email"


CARRIERS: Mapping[Kind, Carrier] = MappingProxyType(
    {
        Kind.WEBPUSH: Carrier.WEBPUSH,
        Kind.FCM_TOKEN: Carrier.FCM,
        Kind.FCM_FID: Carrier.FCM,
        Kind.EMAIL: Carrier.EMAIL,
    }
)
IMPORTANT = frozenset({Topic.QUESTION, Topic.CLOSING})
"""What the cap never stops: somebody is asked something, or may say that it is not done."""
MOST_A_WEEK = 50
MOST_REGISTRATIONS = 10
PUSH_KEPT = timedelta(days=90)
EMAIL_KEPT = timedelta(days=365)
"""How long an address is kept that no app has shown itself with."""
_OWN = (Topic.QUESTION, Topic.CLOSING, Topic.ANSWER, Topic.PROPOSAL)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nothing is sent, by the city's clock; overnight where it ends earlier."""

    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Wishes:
    """The ways of each topic, when nothing is sent, and the most in seven days to one address."""

    topics: Mapping[Topic, Sequence[Way]]
    quiet: QuietHours | None
    weekly_cap: int

    def wants(self, topic: Topic, kind: Kind) -> bool:
        """Whether an address of `kind` is told of `topic`."""
        return way_of(kind) in self.topics.get(topic, ())


DEFAULTS = Wishes(
    MappingProxyType({topic: tuple(Way) if topic in _OWN else () for topic in Topic}),
    QuietHours(time(21), time(8)),
    weekly_cap=5,
)
"""What holds until somebody says otherwise: the important changes of what is one's own, by day."""


def way_of(kind: Kind) -> Way:
    """The way an address of `kind` is on."""
    return Way.EMAIL if kind is Kind.EMAIL else Way.PUSH


def awake_at(moment: datetime, zone: tzinfo, quiet: QuietHours | None) -> datetime:
    """The first moment from `moment` on that lies outside the quiet hours."""
    if quiet is None:
        return moment
    local = moment.astimezone(zone)
    clock, is_overnight = local.time(), quiet.ends < quiet.starts
    is_late = clock >= quiet.starts
    if not (is_late or clock < quiet.ends if is_overnight else is_late and clock < quiet.ends):
        return moment
    day = local.date() + timedelta(days=int(is_overnight and is_late))
    end = datetime.combine(day, quiet.ends.replace(fold=local.fold), zone)
    # Where the clocks were put back in between the end may seem to be over.
    return max(end.astimezone(moment.tzinfo), moment)


def is_over_cap(delivered: Sequence[datetime], now: datetime, weekly_cap: int) -> bool:
    """Whether the week until `now` has had its share."""
    return sum(at > now - _WEEK for at in delivered) >= weekly_cap
