"""A census of the made-up town: who lives in its districts.

Age and income each vary smoothly over the town but hardly together, so that a figure which sinks
with age and with poverty (such as owning a smartphone) can be told apart from both.
"""

from dataclasses import asdict, dataclass

import numpy as np

from backend.demo.land import Array, metres_between
from backend.demo.street_points import StreetPoints
from backend.demo.town import Town

VINTAGE = "2024-12-31"
POPULATION = 240_000
SENIOR_MEAN, SENIOR_SPREAD = 0.205, 0.048
INCOME_MEDIAN, INCOME_SPREAD = 27_400, 0.2
AGE_INCOME_CORRELATION = 0.1
NEIGHBOURHOOD = 3_600.0
OWN_SHARE = 0.12


@dataclass(frozen=True)
class CensusRow:
    """One district's figures on the day `vintage`; shares are of 1, income is euro a year.

    `median_income` is of a household's equivalised net income.
    """

    district_id: str
    district_name: str
    population: int
    share_65_plus: float
    median_income: int
    share_no_smartphone: float
    area_km2: float
    vintage: str


CSV_HEADER = tuple(CensusRow.__dataclass_fields__)


def take_census(town: Town, points: StreetPoints, seed: int) -> tuple[CensusRow, ...]:
    """One row for each district, in the town's order."""
    rng = np.random.default_rng([seed, 2])
    centres = np.array([district.polygon.centroid.coords[0] for district in town.districts])
    centres = np.column_stack(town.plane.forward(*centres.T))
    age, income = _two_landscapes(rng, centres)
    senior = np.clip(SENIOR_MEAN + SENIOR_SPREAD * age, 0.08, 0.4)
    log_income = INCOME_SPREAD * income
    smartphone = 0.93 - 0.35 * senior + 0.1 * log_income + rng.normal(0, 0.003, len(age))
    people = _people(rng, town, points, centres)
    return tuple(
        CensusRow(
            district_id=district.id,
            district_name=district.name,
            population=int(people[i]),
            share_65_plus=round(float(senior[i]), 3),
            median_income=int(round(INCOME_MEDIAN * np.exp(log_income[i]), -2)),
            share_no_smartphone=round(float(1 - smartphone[i]), 3),
            area_km2=district.area_km2,
            vintage=VINTAGE,
        )
        for i, district in enumerate(town.districts)
    )


def csv_rows(census: tuple[CensusRow, ...]) -> list[list[str]]:
    """Header and rows, ready for `csv.writer`."""
    return [list(CSV_HEADER)] + [[str(value) for value in asdict(row).values()] for row in census]


def _two_landscapes(rng: np.random.Generator, centres: Array) -> tuple[Array, Array]:
    """Two smooth standard fields over the districts with the chosen correlation."""
    closeness = np.exp(-((metres_between(centres, centres) / NEIGHBOURHOOD) ** 2))
    root = np.linalg.cholesky(closeness + OWN_SHARE * np.eye(len(centres)))
    age = _standard(root @ rng.standard_normal(len(centres)))
    income = root @ rng.standard_normal(len(centres))
    apart = _standard(income - age * (income @ age) / (age @ age))
    share = AGE_INCOME_CORRELATION
    return age, share * age + np.sqrt(1 - share**2) * apart


def _people(rng: np.random.Generator, town: Town, points: StreetPoints, centres: Array) -> Array:
    """Residents by length of street, more to the metre where houses are taller."""
    streets = np.array([points.street_metres(district.id) for district in town.districts])
    taller = 1 + 1.3 * np.exp(-np.hypot(*centres.T) / 1_600)
    weight = streets * taller * np.exp(rng.normal(0, 0.12, len(streets)))
    people = np.floor(POPULATION * weight / weight.sum())
    people[np.argmax(people)] += POPULATION - people.sum()
    return np.asarray(people)


def _standard(values: Array) -> Array:
    return np.asarray((values - values.mean()) / values.std())
