"""Where to ask people to report, by which channel, and why.

An area is listed when the data are enough (grade A or B) and even the upper limit of its rate lies
below the city's median. Which channel to try follows from the mix of channels its reports came by,
against the mix that the city's own use would lead one to expect of residents with so many
smartphones and of such an age. Nothing is assumed of the old or the poor: only that a channel can
reach those it is for, and that it is used by them there as in the city.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from statistics import median

from equity.errors import EquityError
from equity.rates.capture_recapture import wilson
from equity.rates.reporting_rate import AreaRate, Grade

VISIT = "visit"
"""What is advised where no channel stands out: go and ask."""


class Reach(StrEnum):
    """Whom a channel is for."""

    SMARTPHONE = "residents with a smartphone"
    NO_SMARTPHONE = "residents without a smartphone"
    SENIOR = "residents over 65"
    EVERYONE = "all residents"


REACHES: Mapping[str, Reach] = {
    "app": Reach.SMARTPHONE,
    "web": Reach.SMARTPHONE,
    "text": Reach.SMARTPHONE,
    "email": Reach.SMARTPHONE,
    "phone": Reach.NO_SMARTPHONE,
    "paper": Reach.SENIOR,
    "helper": Reach.SENIOR,
    "counter": Reach.SENIOR,
}
"""Channels that are not named here are for everyone; a city may give its own table."""


class NotListed(StrEnum):
    """Why an area is not on the list."""

    CANNOT_TELL = "too few repeated reports to tell"
    SILENT = "silent: for the sweep plan, not for a rate"
    NOT_LOW = "its upper limit is not below the city's median"


@dataclass(frozen=True, slots=True)
class Residents:
    """An area's residents, shares of them, residents' reports by channel, and the days since
    anybody was there to talk to them, None if never."""

    rate: AreaRate
    residents: float
    smartphone_share: float
    senior_share: float
    reports: Mapping[str, int]
    visited_days_ago: int | None


@dataclass(frozen=True, slots=True)
class ChannelGap:
    """A channel's share of an area's reports, with a 90 % Wilson interval, and the one expected.

    `expected_share` is city_share x reached_here / reached_in_city over the sum of the same for
    all channels. `gap` = expected_share - high, above 0 only where the channel is surely used too
    little.
    """

    channel: str
    reach: Reach
    reports: int
    share: float
    low: float
    high: float
    city_share: float
    reached_here: float
    reached_in_city: float
    expected_share: float
    gap: float


@dataclass(frozen=True, slots=True)
class OutreachArea:
    """`unheard` = residents x (1 - upper_limit / median_rate): at the least so many residents'
    worth of reports is missing; the list is in its order.

    `channel` is the one of the greatest gap, `VISIT` if none is surely used too little.
    """

    area: str
    grade: Grade
    upper_limit: float
    median_rate: float
    residents: float
    unheard: float
    channel: str
    gaps: tuple[ChannelGap, ...]
    visited_days_ago: int | None


@dataclass(frozen=True, slots=True)
class OutreachList:
    """Areas to reach out to, first those with most unheard; and why the others are not there."""

    areas: tuple[OutreachArea, ...]
    not_listed: tuple[tuple[str, NotListed], ...]


def outreach_list(
    areas: Sequence[Residents], reaches: Mapping[str, Reach] = REACHES
) -> OutreachList:
    """Every area is in one of the two lists; of equals goes first who was visited longest ago.

    Raises EquityError `outreach-figures-impossible`.
    """
    for one in areas:
        _check(one)
    told = [one.rate.relative_rate for one in areas if _is_told(one) and one.rate.relative_rate]
    middle = median(told) if told else 0.0
    city = _city(areas)
    listed, not_listed = [], []
    for one in areas:
        reason = _reason_against(one, middle)
        if reason is None:
            listed.append(_area(one, middle, city, reaches))
        else:
            not_listed.append((one.rate.area, reason))
    return OutreachList(tuple(sorted(listed, key=_urgency)), tuple(not_listed))


def _urgency(area: OutreachArea) -> tuple[float, float, str]:
    ago = area.visited_days_ago
    return (-area.unheard, float("-inf") if ago is None else -ago, area.area)


def _check(one: Residents) -> None:
    shares = (one.smartphone_share, one.senior_share)
    figures = (one.residents, *shares, *one.reports.values())
    if not all(isfinite(figure) and figure >= 0 for figure in figures) or max(shares) > 1:
        raise EquityError("outreach-figures-impossible", area=one.rate.area)


def _is_told(one: Residents) -> bool:
    return one.rate.grade in (Grade.A, Grade.B) and one.rate.high is not None


def _reason_against(one: Residents, middle: float) -> NotListed | None:
    if one.rate.grade is Grade.S:
        return NotListed.SILENT
    if not _is_told(one):
        return NotListed.CANNOT_TELL
    return None if (one.rate.high or 0.0) < middle else NotListed.NOT_LOW


def _city(areas: Sequence[Residents]) -> Residents:
    """All areas as one."""
    residents = sum(one.residents for one in areas)
    reports: dict[str, int] = {}
    for one in areas:
        for channel, count in one.reports.items():
            reports[channel] = reports.get(channel, 0) + count

    def mean(shares: Sequence[float]) -> float:
        if not residents:
            return 0.0
        return sum(s * one.residents for s, one in zip(shares, areas, strict=True)) / residents

    return Residents(
        rate=AreaRate("", Grade.C, 0, 0, 0.0, None, None, None),
        residents=residents,
        smartphone_share=mean([one.smartphone_share for one in areas]),
        senior_share=mean([one.senior_share for one in areas]),
        reports=dict(sorted(reports.items())),
        visited_days_ago=None,
    )


def _area(
    one: Residents, middle: float, city: Residents, reaches: Mapping[str, Reach]
) -> OutreachArea:
    upper = one.rate.high or 0.0
    gaps = _gaps(one, city, reaches)
    widest = max(gaps, key=lambda gap: gap.gap, default=None)
    return OutreachArea(
        area=one.rate.area,
        grade=one.rate.grade,
        upper_limit=upper,
        median_rate=middle,
        residents=one.residents,
        unheard=one.residents * (1 - upper / middle),
        channel=widest.channel if widest and widest.gap > 0 else VISIT,
        gaps=gaps,
        visited_days_ago=one.visited_days_ago,
    )


def _gaps(one: Residents, city: Residents, reaches: Mapping[str, Reach]) -> tuple[ChannelGap, ...]:
    everywhere, here = sum(city.reports.values()), sum(one.reports.values())
    if not everywhere:
        return ()
    reach = {channel: reaches.get(channel, Reach.EVERYONE) for channel in city.reports}
    use = {}
    for channel, count in city.reports.items():
        reached, usual = _reached(one, reach[channel]), _reached(city, reach[channel])
        use[channel] = count / everywhere * (reached / usual if usual else 1.0)
    total = sum(use.values())
    gaps = []
    for channel, count in city.reports.items():
        reports = one.reports.get(channel, 0)
        low, high = wilson(reports, here)
        expected = use[channel] / total if total else 0.0
        gaps.append(
            ChannelGap(
                channel=channel,
                reach=reach[channel],
                reports=reports,
                share=reports / here if here else 0.0,
                low=low,
                high=high,
                city_share=count / everywhere,
                reached_here=_reached(one, reach[channel]),
                reached_in_city=_reached(city, reach[channel]),
                expected_share=expected,
                gap=expected - high,
            )
        )
    return tuple(gaps)


def _reached(one: Residents, reach: Reach) -> float:
    return {
        Reach.SMARTPHONE: one.smartphone_share,
        Reach.NO_SMARTPHONE: 1 - one.smartphone_share,
        Reach.SENIOR: one.senior_share,
        Reach.EVERYONE: 1.0,
    }[reach]
