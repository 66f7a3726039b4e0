"""The places of `levers.priority` for a whole queue at once, equal to them to the last digit.

Scores are multiplied in the order in which `Priority.score` multiplies its factors, and hours are
divided as `timedelta.total_seconds` divides them, so that no rounding can part the two.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equity.errors import EquityError
from equity.levers.priority import UNWEIGHTED_BANDS
from equity.levers.weights import HIGHEST, LOWEST
from equity.rates.events import UNKNOWN, Codes, Floats, Mask, Moments

_SECOND = 1e6  # microseconds


@dataclass(frozen=True, slots=True, eq=False)
class OpenReports:
    """Open reports as columns of one length n.

    `report_ids` sort as text; `opened_at` is UTC; `severity_band` counts from 0, the most severe;
    `area` codes the areas that weights are given for, `UNKNOWN` where none is. `stopped_at`, where
    given, is when the clock of a report stopped while others are awaited, NaT while it runs.
    `raised`, where given, is 1 for what a person put first of its band and -1 for what they put
    last, 0 for the rest; the order asks it before the score, and in the first band never.
    Raises EquityError: `band-impossible`, `target-impossible`.
    """

    report_ids: NDArray[np.str_]
    opened_at: Moments
    severity_band: Codes
    target_hours: Floats
    area: Codes
    stopped_at: Moments | None = None
    raised: Codes | None = None

    def __post_init__(self) -> None:
        if (self.severity_band < 0).any():
            raise EquityError("band-impossible", band=int(self.severity_band.min()))
        wrong = self.target_hours[~(np.isfinite(self.target_hours) & (self.target_hours > 0))]
        if wrong.size:
            raise EquityError("target-impossible", target_hours=float(wrong[0]))

    @property
    def is_weighted(self) -> Mask:
        """(n,) whether the band of a report knows weights at all."""
        return ~np.isin(self.severity_band, list(UNWEIGHTED_BANDS))

    @property
    def by_hand(self) -> Codes:
        """(n,) `raised` where it counts: danger goes by waiting alone."""
        if self.raised is None:
            return np.zeros(self.area.size, np.intp)
        return np.where(self.severity_band == 0, 0, self.raised)

    def waiting_hours(self, now: np.datetime64) -> Floats:
        """(n,) hours open, 0 for what is opened after `now`."""
        upto = np.full(self.area.size, now.astype("datetime64[us]"))
        if self.stopped_at is not None:
            upto = np.where(np.isnat(self.stopped_at), upto, self.stopped_at)
        ticks = (upto - self.opened_at.astype("datetime64[us]")).astype(np.int64)
        return np.asarray(np.maximum(ticks / _SECOND / 3600, 0.0), dtype=np.float64)


def report_weights(reports: OpenReports, weights: Floats) -> Floats:
    """(n,) the weight of each report from `weights` (areas,): 1 in bands 0 and 1 and without area.

    Raises EquityError `weight-impossible`.
    """
    wrong = weights[~((weights >= LOWEST) & (weights <= HIGHEST))]
    if wrong.size:
        raise EquityError("weight-impossible", weight=float(wrong[0]))
    is_weighted = reports.is_weighted & (reports.area != UNKNOWN)
    result = np.ones(reports.area.size)
    result[is_weighted] = weights[reports.area[is_weighted]]
    return result


def scores(reports: OpenReports, now: np.datetime64, weights: Floats) -> Floats:
    """(n,) waiting hours x 1 / target hours x weight, with `weights` (n,) of `report_weights`."""
    return np.asarray(reports.waiting_hours(now) * (1 / reports.target_hours) * weights)


def queue_order(reports: OpenReports, now: np.datetime64, weights: Floats) -> Codes:
    """Positions in the columns, first to be served first: as `Priority.sort_key` sorts.

    What was put first or last by hand is so inside its band, and by its score among the like.
    """
    return np.lexsort(
        (
            reports.report_ids,
            reports.opened_at,
            -scores(reports, now, weights),
            -reports.by_hand,
            reports.severity_band,
        )
    )


def places(order: Codes) -> Codes:
    """(n,) the place of each report, from 0, in an order of `queue_order`."""
    place = np.empty(order.size, np.intp)
    place[order] = np.arange(order.size)
    return place


def hours_to_completion(place: Codes, served_per_day: float) -> Floats:
    """Hours until the report at each place is done, if one after the other is, at an even pace.

    Raises EquityError `pace-impossible`.
    """
    if not (np.isfinite(served_per_day) and served_per_day > 0):
        raise EquityError("pace-impossible", served_per_day=served_per_day)
    return np.asarray((place + 1) * (24 / served_per_day), dtype=np.float64)
