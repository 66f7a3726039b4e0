"""How a simulated city and its residents deal with what happens: notices, visits, more reports."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from equity.rates.events import FOUND, GONE, NOT_FOUND, UNKNOWN, Codes, Floats, Mask
from equity.simulation.event_log import Sweeps
from equity.simulation.happened import Incidents, Luck
from equity.simulation.scenario import City, Scenario

_BURST_DAYS = 0.5
_SERVICE_SHAPE = 1.5


class Kind(IntEnum):
    """What a row is. Who is turned away leaves no row in the log, only a count."""

    FIRST = 0
    FURTHER = 1
    CONFIRMATION = 2
    TURNED_AWAY = 3
    STAFF = 4
    SWEEP = 5


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One entry for each thing noted; `owner` is the position of the incident it is about."""

    owner: Codes
    at: Floats
    reporter: Codes
    kind: NDArray[np.int8]
    is_linked: Mask

    def only(self, chosen: Mask) -> "Rows":
        """The rows where `chosen` holds."""
        return Rows(
            self.owner[chosen],
            self.at[chosen],
            self.reporter[chosen],
            self.kind[chosen],
            self.is_linked[chosen],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """What becomes of every incident; `inspected` and `closed` are infinite where never."""

    rows: Rows
    inspected: Floats
    closed: Floats
    outcome: Codes
    sweeps: Sweeps


def respond(
    rng: np.random.Generator, city: City, scenario: Scenario, happened: Incidents, seed: int
) -> Response:
    """Everything up to the end of the window."""
    end, gone = scenario.window_days, happened.gone
    first = happened.born + happened.delay
    called = np.where((happened.delay < happened.life) & (first < end), first, np.inf)
    staffed = _seen_by_crews(scenario, happened, seed)
    inspected, closed = _serve(rng, city, scenario, happened.area, np.minimum(called, staffed))
    called[called >= closed] = np.inf

    rows = _calls(rng, scenario, happened, called, np.minimum(np.minimum(closed, gone), end), seed)
    saved = _days_saved(scenario, inspected, rows)
    inspected, closed = inspected - saved, closed - saved
    swept, sweeps = _sweep(scenario, happened, inspected, closed, seed, len(city.areas))
    by_staff = np.flatnonzero(staffed < np.inf)
    rows = _joined(rows, _unsigned(by_staff, staffed[by_staff], Kind.STAFF), swept)
    return Response(
        rows=rows.only(rows.at <= closed[rows.owner]),
        inspected=inspected,
        closed=closed,
        outcome=_outcome(scenario, happened, inspected, swept, seed),
        sweeps=sweeps,
    )


def _seen_by_crews(scenario: Scenario, happened: Incidents, seed: int) -> Floats:
    """When a crew first comes by, infinite where none does while the problem exists."""
    if not scenario.staff_rate:
        return np.full(happened.born.size, np.inf)
    wait = Luck.STAFF.of(seed).exponential(1 / scenario.staff_rate, happened.born.size)
    at = happened.born + wait
    return np.where((wait < happened.life) & (at < scenario.window_days), at, np.inf)


def _serve(
    rng: np.random.Generator, city: City, scenario: Scenario, area: Codes, known: Floats
) -> tuple[Floats, Floats]:
    """Inspection and closing of what is known."""
    inspected, closed = np.full(known.size, np.inf), np.full(known.size, np.inf)
    mine = np.flatnonzero(known < np.inf)
    pace = np.exp(-scenario.inspection_income * city.covariates[area[mine], 1])
    inspected[mine] = known[mine] + _service(rng, scenario.inspection_days * pace)
    closed[mine] = inspected[mine] + _service(rng, np.full(mine.size, scenario.closing_days))
    return inspected, closed


def _service(rng: np.random.Generator, mean_days: Floats) -> Floats:
    return rng.gamma(_SERVICE_SHAPE, mean_days / _SERVICE_SHAPE)


def _calls(
    rng: np.random.Generator,
    scenario: Scenario,
    happened: Incidents,
    called: Floats,
    until: Floats,
    seed: int,
) -> Rows:
    """First reports, further ones, and whom the app turned away."""
    seen = np.flatnonzero(called < np.inf)
    first = called[seen]
    rate = happened.rate[seen]
    if scenario.never_again:
        luck = Luck.NEVER_AGAIN.of(seed).uniform(size=happened.rate.size)[seen]
        rate = np.where(luck < scenario.never_again, 0.0, rate)
    owner, after, is_again = _further_reports(rng, scenario, rate, until[seen] - first)
    fresh = seen.size + np.arange(owner.size)
    missed = Luck.RECORDS.of(seed).uniform(size=owner.size) >= scenario.linkage_recall
    return _joined(
        Rows(
            np.concatenate([seen, seen[owner]]),
            np.concatenate([first, first[owner] + after]),
            np.concatenate([np.arange(seen.size), np.where(is_again, owner, fresh)]),
            np.repeat([Kind.FIRST, Kind.FURTHER], [seen.size, owner.size]).astype(np.int8),
            np.concatenate([np.ones(seen.size, bool), ~missed]),
        ),
        _turned_away(scenario, seen, first, rate, until[seen] - first, seed),
    )


def _further_reports(
    rng: np.random.Generator, scenario: Scenario, rate: Floats, open_days: Floats
) -> tuple[Codes, Floats, Mask]:
    """Owner, days after the first report, and whether the first reporter called again.

    The rate is a constant and an exponential part, each drawn by its integral and inverted.
    """
    steady = scenario.damping * rate * open_days
    burst = scenario.damping * rate * scenario.burst * _burst_days(open_days)
    again = scenario.repeat_calls * (steady + burst)
    owners, after = _arrivals(rng, [steady, burst, again], open_days)
    is_again = np.repeat([False, False, True], [owner.size for owner in owners])
    return np.concatenate(owners), np.concatenate(after), is_again


def _turned_away(
    scenario: Scenario, seen: Codes, first: Floats, rate: Floats, open_days: Floats, seed: int
) -> Rows:
    """Who would have reported but for the app, and which of them confirmed instead."""
    rng = Luck.TURNED_AWAY.of(seed)
    kept_out = max(0.0, 1 - scenario.damping) * rate
    steady = kept_out * open_days
    burst = kept_out * scenario.burst * _burst_days(open_days)
    owners, after = _arrivals(rng, [steady, burst], open_days)
    owner = np.concatenate(owners)
    kind = np.where(
        rng.uniform(size=owner.size) < scenario.confirmed, Kind.CONFIRMATION, Kind.TURNED_AWAY
    )
    return _unsigned(seen[owner], first[owner] + np.concatenate(after), kind)


def _burst_days(open_days: Floats) -> Floats:
    """The integral of exp(-t / half a day)."""
    return np.asarray(-_BURST_DAYS * np.expm1(-open_days / _BURST_DAYS))


def _arrivals(
    rng: np.random.Generator, means: list[Floats], open_days: Floats
) -> tuple[list[Codes], list[Floats]]:
    """Poisson arrivals of each mean; the second of them decays as the burst does."""
    positions = np.arange(open_days.size)
    owners = [np.repeat(positions, rng.poisson(mean)) for mean in means]
    after = []
    for place, owner in enumerate(owners):
        luck = rng.uniform(size=owner.size)
        if place == 1:
            decayed = _burst_days(open_days[owner]) / _BURST_DAYS
            after.append(-_BURST_DAYS * np.log1p(-luck * decayed))
        else:
            after.append(luck * open_days[owner])
    return owners, after


def _days_saved(scenario: Scenario, inspected: Floats, rows: Rows) -> Floats:
    """By how much the further reports on record before it bring every inspection forward."""
    saved = np.zeros(inspected.size)
    if not scenario.hastening:
        return saved
    counts = rows.is_linked & ((rows.kind == Kind.FURTHER) | (rows.kind == Kind.CONFIRMATION))
    order = np.lexsort((rows.at[counts], rows.owner[counts]))
    owner, at = rows.owner[counts][order], rows.at[counts][order]
    rank = np.arange(owner.size) - np.searchsorted(owner, owner)
    for place in range(int(rank.max(initial=-1)) + 1):
        mine, now = owner[rank == place], at[rank == place]
        wait = inspected[mine] - saved[mine] - now
        saved[mine] += scenario.hastening * np.maximum(wait, 0.0)
    return saved


def _sweep(
    scenario: Scenario,
    happened: Incidents,
    inspected: Floats,
    closed: Floats,
    seed: int,
    areas: int,
) -> tuple[Rows, Sweeps]:
    """Walk the areas; what is found is inspected then, in `inspected` and `closed` themselves."""
    rng, size = Luck.SWEEPS.of(seed), happened.born.size
    every = scenario.sweep_every_days or np.inf
    walks, owners, moments = [np.empty((0, 2))], [np.empty(0, np.intp)], [np.empty(0)]
    for start in np.arange(0.0, scenario.window_days, every) if every < np.inf else ():
        at = start + rng.uniform(0.0, every, areas)
        is_walked = at < scenario.window_days
        walks.append(np.column_stack([np.flatnonzero(is_walked), at[is_walked]]))
        now = at[happened.area]
        is_there = (happened.born <= now) & (now < np.minimum(happened.gone, closed))
        chance = scenario.sweep_effort * scenario.sweep_detection * is_walked[happened.area]
        found = np.flatnonzero(is_there & (rng.uniform(size=size) < chance))
        repair = now[found] + _service(rng, np.full(size, scenario.closing_days))[found]
        is_news = now[found] < inspected[found]
        closed[found] = np.where(is_news, np.minimum(repair, closed[found]), closed[found])
        inspected[found] = np.minimum(inspected[found], now[found])
        owners.append(found)
        moments.append(now[found])
    rows = _unsigned(np.concatenate(owners), np.concatenate(moments), Kind.SWEEP)
    walk = np.concatenate(walks)
    effort = np.full(len(walk), scenario.sweep_effort)
    return rows, Sweeps(walk[:, 0].astype(np.intp), walk[:, 1], effort)


def _outcome(
    scenario: Scenario, happened: Incidents, inspected: Floats, swept: Rows, seed: int
) -> Codes:
    """What the first inspection came upon."""
    luck = Luck.OUTCOMES.of(seed).uniform(size=inspected.size)
    is_missed = luck < scenario.overlooked
    is_missed[swept.owner[swept.at == inspected[swept.owner]]] = False
    outcome = np.where(happened.gone <= inspected, GONE, np.where(is_missed, NOT_FOUND, FOUND))
    return np.where(inspected < scenario.window_days, outcome, UNKNOWN)


def _unsigned(owner: Codes, at: Floats, kind: Kind | NDArray[np.int_]) -> Rows:
    """Rows without a reporter of their own, all on the record they are about."""
    size = owner.size
    kinds = np.broadcast_to(np.asarray(kind, np.int8), size)
    return Rows(owner, at, np.full(size, UNKNOWN), kinds, np.ones(size, bool))


def _joined(*parts: Rows) -> Rows:
    return Rows(
        np.concatenate([part.owner for part in parts]),
        np.concatenate([part.at for part in parts]),
        np.concatenate([part.reporter for part in parts]),
        np.concatenate([part.kind for part in parts]),
        np.concatenate([part.is_linked for part in parts]),
    )
