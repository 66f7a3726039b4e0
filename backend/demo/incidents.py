"""A year of problems in the made-up town, what was reported of them, and what was not.

The science is `equity.simulation.simulate`'s; here it gets the town's districts and services,
places beside streets and words. Districts with many seniors, little money or few smartphones report
at about a third of the rate of the others, and what nobody sees is kept apart as `YearTruth`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.demo.catalogue import SERVICE_DAYS, Service
from backend.demo.census import CensusRow
from backend.demo.land import Array
from backend.demo.street_points import StreetPoints
from backend.demo.town import Town
from backend.demo.words import describe
from equity.rates.events import Codes
from equity.simulation.simulate import CHANNELS, Category, City, EventLog, Scenario, Truth, simulate

YEAR_DAYS = 365.0
UNMEASURED = 0.014
"""Spread of what keeps people from reporting but stands in no census, in smartphone shares."""

RATE_EFFECTS = (-0.14, 0.16, -0.16)
CHANNEL_WORDS = {"app": "app", "web": "web", "phone": "phone", "counter": "paper"}
RARE_CHANNELS = {"phone": ("text", 0.06), "web": ("email", 0.2), "counter": ("helper", 0.45)}
GPS_METRES = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Year:
    """What the town saw; days are counted from the start of the year, NaN where not yet.

    One entry for each reported incident: `district` and `service` (indices into the town's and the
    catalogue's), `street` (index into the town's), `longitude`, `latitude`, `inspected_day`,
    `outcome` (what the inspection saw, as in `equity.rates.events`), `closed_day`. One for each
    request, in order of time: `incident`, `day`, `channel`, `reporter` (a number for each distinct
    person), `request_place` (n, 2) and `description`.
    """

    district: Codes
    service: Codes
    street: Codes
    longitude: Array
    latitude: Array
    inspected_day: Array
    outcome: Codes
    closed_day: Array
    incident: Codes
    day: Array
    channel: tuple[str, ...]
    reporter: Codes
    request_place: Array
    description: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class YearTruth:
    """What nobody sees: `incidents` (districts, services), and by district the log reporting rate
    and how much exists unreported when the year ends."""

    incidents: Codes
    log_rate: Array
    hidden_stock: Codes


def simulate_year(
    town: Town,
    points: StreetPoints,
    census: Sequence[CensusRow],
    services: Sequence[Service],
    seed: int,
) -> tuple[Year, YearTruth]:
    """One year; `census` has one row for each of the town's districts, in their order."""
    rng = np.random.default_rng([seed, 3])
    city = _city(rng, census)
    runs = []
    # One run for each severity band, because a smell of gas is not looked at like a wish.
    for band in sorted({service.severity_band for service in services}):
        mine = [i for i, service in enumerate(services) if service.severity_band == band]
        categories = tuple(
            Category(services[i].service_code, services[i].need, services[i].rate) for i in mine
        )
        run_seed = int(rng.integers(2**31))
        runs.append((np.array(mine), *simulate(city, categories, _scenario(band), run_seed)))
    year = _on_the_map(rng, town, points, services, _joined([(mine, log) for mine, log, _ in runs]))
    return year, _truth([(mine, truth) for mine, _, truth in runs], len(services))


def _city(rng: np.random.Generator, census: Sequence[CensusRow]) -> City:
    offline = np.array([row.share_no_smartphone for row in census])
    return City(
        areas=tuple(row.district_id for row in census),
        population=np.array([float(row.population) for row in census]),
        senior_share=np.array([row.share_65_plus for row in census]),
        log_income=np.log([row.median_income for row in census]),
        no_smartphone_share=np.maximum(0.0, offline + rng.normal(0, UNMEASURED, len(offline))),
    )


def _scenario(band: int) -> Scenario:
    inspection, closing = SERVICE_DAYS[band]
    return Scenario(
        window_days=YEAR_DAYS,
        rate_effects=RATE_EFFECTS,
        rate_spread=0.0,
        need_income=0.22,
        frailty_shape=4.0,
        life_days=80.0,
        inspection_days=inspection,
        inspection_income=0.1,
        overlooked=0.03,
        closing_days=closing,
        burst=4.0,
        damping=0.9,
        repeat_calls=0.15,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Joined:
    """The runs of all bands as one log, requests in order of time."""

    area: Codes
    service: Codes
    inspected: Array
    outcome: Codes
    closed: Array
    incident: Codes
    at: Array
    channel: Codes
    reporter: Codes


def _joined(runs: Sequence[tuple[Codes, EventLog]]) -> _Joined:
    incidents = np.cumsum([0, *(log.inspected_at.size for _, log in runs)])
    people = np.cumsum([0, *(int(log.reporter.max(initial=-1)) + 1 for _, log in runs)])
    at = np.concatenate([log.at for _, log in runs])
    order = np.argsort(at, kind="stable")
    incident = np.concatenate(
        [log.incident + first for (_, log), first in zip(runs, incidents, strict=False)]
    )
    # Area and service stand in each of an incident's requests: take them from any one.
    _, some = np.unique(incident, return_index=True)
    area = np.concatenate([log.area for _, log in runs])
    service = np.concatenate([mine[log.category] for mine, log in runs])
    reporter = np.concatenate(
        [log.reporter + first for (_, log), first in zip(runs, people, strict=False)]
    )
    return _Joined(
        area=area[some],
        service=service[some],
        inspected=np.concatenate([log.inspected_at for _, log in runs]),
        outcome=np.concatenate([log.outcome for _, log in runs]),
        closed=np.concatenate([log.closed_at for _, log in runs]),
        incident=incident[order],
        at=at[order],
        channel=np.concatenate([log.channel for _, log in runs])[order],
        reporter=reporter[order],
    )


def _on_the_map(
    rng: np.random.Generator,
    town: Town,
    points: StreetPoints,
    services: Sequence[Service],
    log: _Joined,
) -> Year:
    size = log.area.size
    place, street = np.empty((size, 2)), np.empty(size, dtype=np.intp)
    for index, district in enumerate(town.districts):
        here = np.flatnonzero(log.area == index)
        spots = points.draw(rng, district.id, here.size)
        place[here] = np.column_stack([spots.longitude, spots.latitude])
        street[here] = spots.street
    east, north = town.plane.forward(*place[log.incident].T)
    off = rng.normal(0, GPS_METRES, (log.at.size, 2))
    seen_at = town.plane.inverse(east + off[:, 0], north + off[:, 1])
    names = [CHANNELS[code] for code in log.channel]
    return Year(
        district=log.area,
        service=log.service,
        street=street,
        longitude=place[:, 0],
        latitude=place[:, 1],
        inspected_day=log.inspected,
        outcome=log.outcome,
        closed_day=log.closed,
        incident=log.incident,
        day=log.at,
        channel=_channel_words(rng, names),
        reporter=log.reporter,
        request_place=np.asarray(np.column_stack(seen_at).round(6)),
        description=tuple(
            describe(services[service].service_code, town.streets[at].name, luck)
            for service, at, luck in zip(
                log.service[log.incident].tolist(),
                street[log.incident].tolist(),
                rng.random((log.at.size, 3)).tolist(),
                strict=True,
            )
        ),
    )


def _channel_words(rng: np.random.Generator, names: Sequence[str]) -> tuple[str, ...]:
    """The city's words for the simulator's channels, some of each by its rarer kin."""
    chance = rng.random(len(names))
    return tuple(
        kin if luck < share else CHANNEL_WORDS[name]
        for name, luck in zip(names, chance, strict=True)
        for kin, share in (RARE_CHANNELS.get(name, ("", 0.0)),)
    )


def _truth(runs: Sequence[tuple[Codes, Truth]], services: int) -> YearTruth:
    incidents = np.zeros((len(runs[0][1].log_rate), services), dtype=np.intp)
    for mine, truth in runs:
        incidents[:, mine] = truth.incidents
    return YearTruth(
        incidents=incidents,
        log_rate=runs[0][1].log_rate,
        hidden_stock=np.sum([truth.hidden_stock for _, truth in runs], axis=0),
    )
