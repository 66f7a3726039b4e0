"""How a simulated city writes down what it is told: some links are missed, some are false."""

from dataclasses import dataclass, replace

import numpy as np

from equity.rates.events import UNKNOWN, Codes, Floats, Mask
from equity.simulation.city_response import Kind, Response, Rows
from equity.simulation.event_log import EventLog
from equity.simulation.happened import Incidents, Luck
from equity.simulation.scenario import Category, City, Scenario


@dataclass(frozen=True, slots=True, eq=False)
class _Records:
    """The rows, the record of each, and one entry for each record.

    `owner` is the position of the incident it is about; `copied_at` is when a report that was not
    linked came, NaN in records that are no copies.
    """

    rows: Rows
    of_row: Codes
    owner: Codes
    copied_at: Floats


def write_log(
    rng: np.random.Generator,
    city: City,
    categories: tuple[Category, ...],
    scenario: Scenario,
    happened: Incidents,
    response: Response,
    seed: int,
) -> EventLog:
    """The log; nothing in it tells more than the city could know."""
    kept = _records(response, _merged(scenario, happened, response, seed))
    owner, rows = kept.owner, kept.rows
    is_silent = rows.kind == Kind.TURNED_AWAY
    order = np.flatnonzero(~is_silent)[np.argsort(rows.at[~is_silent], kind="stable")]
    incident, kind = kept.of_row[order], rows.kind[order]
    area = happened.area[owner][incident]
    luck = Luck.COPIES.of(seed).uniform(size=owner.size)
    is_shut = np.isfinite(kept.copied_at) & (luck < scenario.copies_closed)
    seen_at = np.where(is_shut, np.nan, response.inspected[owner])
    shut_at = np.where(is_shut, kept.copied_at, response.closed[owner])
    return EventLog(
        areas=city.areas,
        categories=tuple(category.name for category in categories),
        incident=incident,
        area=area,
        category=happened.category[owner][incident],
        at=rows.at[order],
        channel=_channels(rng, city, scenario, area, kind < Kind.STAFF),
        reporter=_reporters(rows)[order],
        is_confirmation=kind == Kind.CONFIRMATION,
        is_staff=kind == Kind.STAFF,
        is_sweep=kind == Kind.SWEEP,
        inspected_at=np.where(seen_at < scenario.window_days, seen_at, np.nan),
        closed_at=np.where(shut_at < scenario.window_days, shut_at, np.nan),
        outcome=np.where(is_shut, UNKNOWN, response.outcome[owner]),
        turned_away=np.bincount(kept.of_row[is_silent], minlength=owner.size),
        sweeps=response.sweeps,
        window_days=scenario.window_days,
    )


def _records(response: Response, record_of: Codes) -> _Records:
    """A record for each incident somebody knows of, then one for each report not linked."""
    rows = replace(response.rows, owner=record_of[response.rows.owner])
    rows = rows.only(rows.at <= response.closed[rows.owner])
    size, copies = record_of.size, rows.only(~rows.is_linked)
    key = rows.owner.copy()
    key[~rows.is_linked] = size + np.arange(copies.at.size)
    known, of_row = np.unique(key, return_inverse=True)
    owner = np.concatenate([np.arange(size), copies.owner])[known]
    return _Records(rows, of_row, owner, np.append(np.full(size, np.nan), copies.at)[known])


def _merged(scenario: Scenario, happened: Incidents, response: Response, seed: int) -> Codes:
    """(incidents,) under which incident each is kept.

    One that is taken for another goes to the last one before it in its area and category that is
    rightly on record and still open; where there is none, nobody takes it for anything.
    """
    size = happened.born.size
    record_of = np.arange(size)
    if not scenario.false_merges:
        return record_of
    known_at = np.full(size, np.inf)
    np.minimum.at(known_at, response.rows.owner, response.rows.at)
    known = np.flatnonzero(known_at < np.inf)
    cell = happened.area * (happened.category.max(initial=0) + 1) + happened.category
    order = known[np.lexsort((known_at[known], cell[known]))]
    is_taken = Luck.MERGES.of(seed).uniform(size=size)[order] < scenario.false_merges
    last = np.maximum.accumulate(np.where(is_taken, -1, np.arange(order.size)))
    other = order[last]
    is_merged = (
        is_taken
        & (last >= 0)
        & (cell[other] == cell[order])
        & (known_at[order] < response.closed[other])
    )  # fmt: skip
    record_of[order[is_merged]] = other[is_merged]
    return record_of


def _reporters(rows: Rows) -> Codes:
    """(rows,) everybody who confirmed is somebody who has not reported before."""
    reporter = rows.reporter.copy()
    confirmed = np.flatnonzero(rows.kind == Kind.CONFIRMATION)
    reporter[confirmed] = reporter.max(initial=UNKNOWN) + 1 + np.arange(confirmed.size)
    return reporter


def _channels(
    rng: np.random.Generator, city: City, scenario: Scenario, area: Codes, is_report: Mask
) -> Codes:
    """Codes into `CHANNELS`, `UNKNOWN` in rows that are no report."""
    weight: Floats = city.channel_shares * np.array(scenario.channel_rates)
    upto = (weight.cumsum(axis=1) / weight.sum(axis=1, keepdims=True))[:, :-1][area[is_report]]
    channel = np.full(area.size, UNKNOWN)
    channel[is_report] = (rng.uniform(size=(len(upto), 1)) > upto).sum(axis=1)
    return channel
