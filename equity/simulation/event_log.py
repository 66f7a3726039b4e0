"""What a simulated city sees of itself, as rows like those of a real one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equity.rates.events import Codes, Floats, Mask, Requests


@dataclass(frozen=True, slots=True, eq=False)
class Sweeps:
    """One entry for each sweep of an area: when, and the part of the area's streets walked."""

    area: Codes
    at: Floats
    effort: Floats


@dataclass(frozen=True, slots=True, eq=False)
class EventLog:
    """Rows in order of time, inspections and closings by incident, sweeps by themselves.

    Times are days since the window began. `incident` to `is_sweep` have one entry for each row;
    `channel` and `reporter` are `UNKNOWN` in the rows of staff and sweeps, which are no reports.
    The rest has one entry for each incident in the log: `inspected_at` and `closed_at` are NaN
    where it did not happen in the window, `outcome` is FOUND, GONE, NOT_FOUND or `UNKNOWN`, and
    `turned_away` counts the people to whom the app showed that it is reported and who left it at
    that; who confirmed instead has a row.
    """

    areas: tuple[str, ...]
    categories: tuple[str, ...]
    incident: Codes
    area: Codes
    category: Codes
    at: Floats
    channel: Codes
    reporter: Codes
    is_confirmation: Mask
    is_staff: Mask
    is_sweep: Mask
    inspected_at: Floats
    closed_at: Floats
    outcome: Codes
    turned_away: Codes
    sweeps: Sweeps
    window_days: float

    @property
    def is_report(self) -> Mask:
        """(rows,) whether a resident reported: what staff and sweeps find is no report."""
        return ~(self.is_staff | self.is_sweep)

    def requests(self, began_at: np.datetime64, covariates: Floats | None = None) -> Requests:
        """The log as request rows; `covariates` (areas, p) go to every row of an area."""
        until = np.column_stack([self.inspected_at, self.closed_at])[self.incident]
        columns = np.empty((len(self.areas), 0)) if covariates is None else covariates
        return Requests(
            incident=self.incident,
            request=np.arange(self.at.size),
            at=began_at + _durations(self.at),
            area=self.area,
            category=self.category,
            areas=self.areas,
            categories=self.categories,
            until=began_at + _durations(until),
            covariates=columns[self.area],
            covariate_names=tuple(f"x{column}" for column in range(columns.shape[1])),
            reporter=self.reporter,
            is_report=self.is_report,
            outcome=self.outcome[self.incident],
        )


def _durations(days: Floats) -> NDArray[np.timedelta64]:
    microseconds = np.round(days * 86_400e6)
    known = np.where(np.isnan(days), 0, microseconds).astype("timedelta64[us]")
    return np.where(np.isnan(days), np.timedelta64("NaT"), known)
