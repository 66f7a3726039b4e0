"""From request rows to what each incident tells about reporting: further reports and exposure.

Method: Liu, Bhandaram and Garg, "Quantifying spatial under-reporting disparities in resident
crowdsourcing", Nature Computational Science 2024, doi 10.1038/s43588-023-00572-6. An incident is
watched from its first report S to E, the earliest of its first inspection or closing, S plus a
limit, and the end of the data. S and E are stopping times, so the number of further reports in
(S, E] is Poisson in the length of that interval. The first report itself says nothing about the
rate and is left out, with every row of the very same moment. A confirmation ("me too") is a row
like any other report; what staff, crews and sweeps enter is none.

The rate is not the same all through the watch: on the authors' sample it falls from 1.93 further
reports a day in the first hour to 0.0045 after two weeks. Counts and exposure are therefore also
given by pieces of time since the first report.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from equity.errors import EquityError
from equity.rates.watch import DAY, Ticks, Watch, end_of_data, microseconds, watch_of

Codes: TypeAlias = NDArray[np.intp]
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Moments: TypeAlias = NDArray[np.datetime64]

UNKNOWN = -1
FOUND, GONE, NOT_FOUND = 0, 1, 2
"""What the inspection that ended a watch saw: the problem, that it is no more, or neither."""

SHORTEST_DAYS = 0.1
"""Incidents watched for no longer than this are left out, as in the published filter."""

LONGEST_DAYS = 36_500
"""A century: a longer limit is a slip of the pen."""

PIECES_DAYS = (0.0, 1 / 24, 1 / 8, 1 / 2, 1.0, 2.0, 4.0, 7.0, 14.0, 30.0, 60.0, 100.0)
"""Where the pieces begin, in days since the first report; the last is open at its end."""


@dataclass(frozen=True, slots=True, eq=False)
class Requests:
    """Request rows as columns of one length n; codes count from 0 and `UNKNOWN` is -1.

    `areas` and `categories` name the codes and may name more than occur. `until` (n, u) holds the
    moments that end the watch (inspection, closing), NaT where there is none; `covariates` (n, p)
    holds NaN where there is none. `reporter` is a code for each distinct reporter, where known.
    `is_report` is False for what staff or a sweep entered: such a row is no resident's report,
    though its `until` moments still end the watch. `outcome` is FOUND, GONE, NOT_FOUND
    or UNKNOWN at the earliest `until` moment of an incident; None where it is nowhere recorded.
    """

    incident: Codes
    request: Codes
    at: Moments
    area: Codes
    category: Codes
    areas: tuple[str, ...]
    categories: tuple[str, ...]
    until: Moments
    covariates: Floats
    covariate_names: tuple[str, ...]
    reporter: Codes
    is_report: Mask
    outcome: Codes | None = None

    def rows(self, chosen: Codes) -> "Requests":
        """A copy of the rows at these positions, in this order."""
        return replace(
            self,
            incident=self.incident[chosen],
            request=self.request[chosen],
            at=self.at[chosen],
            area=self.area[chosen],
            category=self.category[chosen],
            until=self.until[chosen],
            covariates=self.covariates[chosen],
            reporter=self.reporter[chosen],
            is_report=self.is_report[chosen],
            outcome=None if self.outcome is None else self.outcome[chosen],
        )


@dataclass(frozen=True, slots=True)
class ObservationRule:
    """How an incident is watched.

    The first `blackout_days` after the first report are dropped: reports come in a burst then, and
    where service is fast the burst is most of what is seen, which reads as eager reporting.
    `end_at` is the end of the data; without it, the last moment among the rows.
    With `is_one_row_per_request` the first row given for a request stands for it.
    """

    limit_days: float = 100.0
    blackout_days: float = 1.0
    end_at: np.datetime64 | None = None
    is_one_row_per_request: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.blackout_days < self.limit_days <= LONGEST_DAYS:
            raise EquityError(
                "observation-rule-impossible",
                blackout_days=self.blackout_days,
                limit_days=self.limit_days,
            )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Incidents not used, each counted under the first reason that holds.

    Whatever `ended_before_reported` was closed or inspected before its first report: a mistake in
    the records, or work that began without one.
    """

    without_report: int
    ended_before_reported: int
    too_short: int
    without_area_or_category: int
    without_covariate: int


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """Further reports one by one, d in all: position of the incident, days since its first."""

    of: Codes
    days: Floats

    def only(self, chosen: Mask) -> "Repeats":
        """Those of the incidents where `chosen` (m,) holds, at their new positions."""
        is_kept = chosen[self.of]
        return Repeats((np.cumsum(chosen) - 1)[self.of[is_kept]], self.days[is_kept])

    def pieces(self) -> Codes:
        """(d,) the piece of `PIECES_DAYS` each falls in; one on a border belongs to the earlier."""
        return np.searchsorted(PIECES_DAYS, self.days, side="left") - 1


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """One entry for each incident used, m in all, in the order of the incident codes.

    `duplicates` is the number of further reports, `exposure_days` the days in which they could
    come. `covariates` is (m, p), unscaled. `first_at` and `end_at` bound the data. `repeats` says
    when the further reports came, None where only their numbers are known. `outcome` (m,) is FOUND
    where the problem is known to have been there to the end of the watch, GONE where it is known
    to have vanished before, else UNKNOWN; None where no inspection says.
    """

    area: Codes
    category: Codes
    duplicates: Codes
    exposure_days: Floats
    covariates: Floats
    areas: tuple[str, ...]
    categories: tuple[str, ...]
    covariate_names: tuple[str, ...]
    rule: ObservationRule
    first_at: np.datetime64
    end_at: np.datetime64
    left_out: LeftOut
    repeats: Repeats | None = None
    outcome: Codes | None = None

    def exposure_in_pieces(self) -> Floats:
        """(m, pieces): the days of `exposure_days` in each piece of `PIECES_DAYS`."""
        opens = self.rule.blackout_days
        last = opens + self.exposure_days
        days = np.empty((last.size, len(PIECES_DAYS)))
        for piece, (begin, end) in enumerate(pairwise((*PIECES_DAYS, np.inf))):
            days[:, piece] = np.maximum(np.minimum(last, end) - max(begin, opens), 0.0)
        return days

    def only(self, chosen: Mask) -> "Observations":
        """The incidents where `chosen` (m,) holds; names and window stay."""
        return replace(
            self,
            area=self.area[chosen],
            category=self.category[chosen],
            duplicates=self.duplicates[chosen],
            exposure_days=self.exposure_days[chosen],
            covariates=self.covariates[chosen],
            repeats=self.repeats.only(chosen) if self.repeats else None,
            outcome=None if self.outcome is None else self.outcome[chosen],
        )


def requests_from_columns(
    *,
    incident: Sequence[Hashable],
    request: Sequence[Hashable],
    at: Moments,
    area: Sequence[str | None],
    category: Sequence[str | None],
    until: Sequence[Moments] = (),
    covariates: Mapping[str, Floats] | None = None,
    reporter: Sequence[Hashable | None] | None = None,
    is_report: Mask | None = None,
    outcome: Codes | None = None,
    areas: Iterable[str] = (),
) -> Requests:
    """Code the columns; None is unknown. `areas` adds names that may have no incident at all."""
    n = len(incident)
    area_names = tuple(sorted({*areas, *(name for name in area if name is not None)}))
    category_names = tuple(sorted({name for name in category if name is not None}))
    covariates = covariates or {}
    known_reporters = dict.fromkeys(
        key for key in (() if reporter is None else reporter) if key is not None
    )
    return Requests(
        incident=_codes(incident, dict.fromkeys(incident)),
        request=_codes(request, dict.fromkeys(request)),
        at=at.astype("datetime64[us]"),
        area=_codes(area, area_names),
        category=_codes(category, category_names),
        areas=area_names,
        categories=category_names,
        until=np.column_stack([np.empty((n, 0), "datetime64[us]"), *until]),
        covariates=np.column_stack([np.empty((n, 0)), *covariates.values()]),
        covariate_names=tuple(covariates),
        reporter=np.full(n, UNKNOWN) if reporter is None else _codes(reporter, known_reporters),
        is_report=np.ones(n, bool) if is_report is None else is_report,
        outcome=outcome,
    )


def observe(requests: Requests, rule: ObservationRule) -> Observations:
    """Watch every incident of `requests` by `rule`.

    An incident has the area, category and covariates of its first row (as given) that has one.
    Raises EquityError `no-requests`, and `end-before-data` where the rule ends before any came.
    """
    if not requests.at.size:
        raise EquityError("no-requests")
    rows = _rows_used(requests, rule)
    is_counted = _is_counted(requests, rows)
    incident, at = requests.incident[rows], microseconds(requests.at)
    until = microseconds(requests.until)
    end = end_of_data(at, until, rule.end_at)
    watch = watch_of(incident, at[rows], until[rows], is_counted, end, rule.limit_days)
    size = watch.first.size
    further = _further(incident, at[rows], is_counted, watch, rule)
    outcome = None
    if requests.outcome is not None:
        seen = _first_known(incident, requests.outcome[rows], size)
        outcome = _seen(seen, watch.last < watch.ended)
    area = _first_known(incident, requests.area[rows], size)
    category = _first_known(incident, requests.category[rows], size)
    covariates = _first_numbers(incident, requests.covariates[rows], size)

    is_used, left_out = _sifted(
        without_report=~watch.is_reported,
        ended_before_reported=watch.ended < watch.first,
        too_short=watch.days <= max(SHORTEST_DAYS, rule.blackout_days),
        without_area_or_category=(area == UNKNOWN) | (category == UNKNOWN),
        without_covariate=np.asarray(np.isnan(covariates).any(axis=1)),
    )
    return Observations(
        area=area[is_used],
        category=category[is_used],
        duplicates=np.bincount(further.of, minlength=size)[is_used],
        exposure_days=watch.days[is_used] - rule.blackout_days,
        covariates=covariates[is_used],
        areas=requests.areas,
        categories=requests.categories,
        covariate_names=requests.covariate_names,
        rule=rule,
        first_at=requests.at.min(),
        end_at=np.datetime64(watch.end, "us"),
        left_out=left_out,
        repeats=further.only(is_used),
        outcome=None if outcome is None else outcome[is_used],
    )


def _further(
    incident: Codes, at: Ticks, is_counted: Mask, watch: Watch, rule: ObservationRule
) -> Repeats:
    """The reports after the first and what is left out, up to the end of the watch."""
    opens = watch.first + int(rule.blackout_days * DAY)
    is_further = is_counted & (at > opens[incident]) & (at <= watch.last[incident])
    of = incident[is_further]
    return Repeats(of, (at[is_further] - watch.first[of]) / DAY)


def reports_by_area(requests: Requests, end_at: np.datetime64, days: float) -> Codes:
    """Residents' reports in each area in the `days` up to `end_at`, one for each request id."""
    rows = _rows_used(requests, ObservationRule())
    age = (microseconds(np.array(end_at)) - microseconds(requests.at[rows])) / DAY
    is_recent = _is_counted(requests, rows) & (age >= 0) & (age < days)
    area = requests.area[rows][is_recent]
    return np.bincount(area[area != UNKNOWN], minlength=len(requests.areas))


def _codes(values: Iterable[Hashable], levels: Iterable[Hashable]) -> Codes:
    code = {level: position for position, level in enumerate(levels)}
    return np.array([code.get(value, UNKNOWN) for value in values], np.intp)


def _rows_used(requests: Requests, rule: ObservationRule) -> Codes:
    if not rule.is_one_row_per_request:
        return np.arange(requests.at.size)
    return _first_of_each(requests.incident, requests.request)


def _is_counted(requests: Requests, rows: Codes) -> Mask:
    """Residents' reports, each known reporter once in an incident: the earliest time."""
    is_counted = requests.is_report[rows].copy()
    known = np.flatnonzero(is_counted & (requests.reporter[rows] != UNKNOWN))
    in_time = known[np.argsort(requests.at[rows][known], kind="stable")]
    once = in_time[
        _first_of_each(requests.incident[rows][in_time], requests.reporter[rows][in_time])
    ]
    is_counted[known] = False
    is_counted[once] = True
    return is_counted


def _first_of_each(left: Codes, right: Codes) -> Codes:
    """Positions, ascending, of the first row of every distinct pair."""
    pair = left * (int(right.max(initial=0)) + 1) + right
    return np.sort(np.unique(pair, return_index=True)[1])


def _sifted(**reasons: Mask) -> tuple[Mask, LeftOut]:
    """The incidents no reason holds against, and how many others by the first that does."""
    holds = np.stack(list(reasons.values()))
    is_used = np.asarray(~holds.any(axis=0))
    counts = np.bincount(holds.argmax(axis=0)[~is_used], minlength=len(reasons))
    return is_used, LeftOut(**dict(zip(reasons, counts.tolist(), strict=True)))


def _seen(outcome: Codes, is_later: Mask) -> Codes:
    """What each outcome says of the day on which the watch ended, or UNKNOWN."""
    # Gone when looked at later says nothing of that day.
    return np.where((outcome == NOT_FOUND) | ((outcome == GONE) & is_later), UNKNOWN, outcome)


def _first_known(incident: Codes, codes: Codes, size: int) -> Codes:
    known = np.flatnonzero(codes != UNKNOWN)
    owner, position = np.unique(incident[known], return_index=True)
    first = np.full(size, UNKNOWN, np.intp)
    first[owner] = codes[known[position]]
    return first


def _first_numbers(incident: Codes, covariates: Floats, size: int) -> Floats:
    first = np.full((size, covariates.shape[1]), np.nan)
    for column, values in enumerate(covariates.T):
        known = np.flatnonzero(~np.isnan(values))
        owner, position = np.unique(incident[known], return_index=True)
        first[owner, column] = values[known[position]]
    return first
