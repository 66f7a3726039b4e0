"""The whole made-up city as one value, the same for the same seed."""

from dataclasses import dataclass

import numpy as np

from backend.demo.catalogue import SERVICES
from backend.demo.census import CensusRow, take_census
from backend.demo.election import Budgets, hold_election
from backend.demo.incidents import Year, YearTruth, simulate_year
from backend.demo.street_points import StreetPoints
from backend.demo.town import Town, build_town
from backend.demo.truth import DistrictTruth
from backend.demo.wishes import FATES_LAST_YEAR, FATES_THIS_YEAR, imagine_wishes


@dataclass(frozen=True, slots=True, eq=False)
class MadeUpCity:
    """A town, its people, a year of its problems and two budgets; only `truth` stays unseen."""

    seed: int
    town: Town
    census: tuple[CensusRow, ...]
    year: Year
    budgets: Budgets
    truth: tuple[DistrictTruth, ...]


def imagine(seed: int) -> MadeUpCity:
    """The city of this seed."""
    town = build_town(seed)
    points = StreetPoints(town)
    census = take_census(town, points, seed)
    year, truth = simulate_year(town, points, census, SERVICES, seed)
    budgets = imagine_budgets(town, points, census, seed)
    return MadeUpCity(seed, town, census, year, budgets, _by_district(census, truth))


def imagine_budgets(
    town: Town, points: StreetPoints, census: tuple[CensusRow, ...], seed: int
) -> Budgets:
    """What becomes of last year's wishes and of this year's, and how last year's were voted on."""
    last, this = (
        imagine_wishes(np.random.default_rng([seed, 7, number]), town, points, census, *wanted)
        for number, wanted in enumerate((((10, 4), FATES_LAST_YEAR), ((7, 4), FATES_THIS_YEAR)))
    )
    return Budgets(last, hold_election(town, last, census, seed), this)


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
