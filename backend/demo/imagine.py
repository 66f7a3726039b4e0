"""The whole made-up city as one value, the same for the same seed."""

from dataclasses import dataclass

import numpy as np

from backend.demo.catalogue import SERVICES
from backend.demo.census import CensusRow, take_census
from backend.demo.election import hold_election, pb_text
from backend.demo.incidents import Year, YearTruth, simulate_year
from backend.demo.street_points import StreetPoints
from backend.demo.town import Town, build_town
from backend.demo.truth import DistrictTruth


@dataclass(frozen=True, slots=True, eq=False)
class MadeUpCity:
    """A town, its people, a year of its problems and one vote; only `truth` stays unseen."""

    seed: int
    town: Town
    census: tuple[CensusRow, ...]
    year: Year
    election: bytes
    truth: tuple[DistrictTruth, ...]


def imagine(seed: int) -> MadeUpCity:
    """The city of this seed."""
    town = build_town(seed)
    points = StreetPoints(town)
    census = take_census(town, points, seed)
    year, truth = simulate_year(town, points, census, SERVICES, seed)
    election = pb_text(hold_election(town, points, census, seed))
    return MadeUpCity(seed, town, census, year, election.encode(), _by_district(census, truth))


def _by_district(census: tuple[CensusRow, ...], truth: YearTruth) -> tuple[DistrictTruth, ...]:
    incidents = np.sum(truth.incidents, axis=1)
    return tuple(
        DistrictTruth(
            code=row.district_id,
            population=row.population,
            incidents=int(incidents[i]),
            hidden=int(truth.hidden_stock[i]),
            log_rate=float(truth.log_rate[i]),
        )
        for i, row in enumerate(census)
    )
