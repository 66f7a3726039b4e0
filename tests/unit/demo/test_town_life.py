"""The made-up town's people, problems and ballot hold together."""

import csv
import io
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
import shapely

from backend.ballots.cycle.models import CITYWIDE
from backend.demo.catalogue import SERVICES
from backend.demo.census import CensusRow, csv_rows, take_census
from backend.demo.election import Budgets
from backend.demo.imagine import imagine_budgets
from backend.demo.incidents import simulate_year
from backend.demo.street_points import StreetPoints
from backend.demo.town import Town
from backend.demo.wishes import Fate
from backend.demo.words import ENDINGS, PLACES, WHAT, describe

SEED = 7


@pytest.fixture(scope="module")
def town(town_of: Callable[[int], Town]) -> Town:
    return town_of(SEED)


@pytest.fixture(scope="module")
def points(town: Town) -> StreetPoints:
    return StreetPoints(town)


@pytest.fixture(scope="module")
def census(town: Town, points: StreetPoints) -> tuple[CensusRow, ...]:
    return take_census(town, points, SEED)


def test_census_relations(town: Town, points: StreetPoints) -> None:
    for seed in range(6):
        census = take_census(town, points, seed)
        senior = np.array([row.share_65_plus for row in census])
        income = np.log([row.median_income for row in census])
        offline = np.array([row.share_no_smartphone for row in census])
        assert sum(row.population for row in census) == 240_000
        assert min(row.population for row in census) > 1_000
        assert -0.1 < np.corrcoef(senior, income)[0, 1] < 0.3
        design = np.column_stack([np.ones(len(census)), senior, income])
        (_, by_age, by_income), *_ = np.linalg.lstsq(design, offline, rcond=None)
        assert by_age == pytest.approx(0.35, abs=0.06)
        assert by_income == pytest.approx(-0.1, abs=0.015)


def test_census_is_smooth_over_the_town(town: Town, points: StreetPoints) -> None:
    """Neighbours are more alike than two districts drawn at random."""
    polygons = np.array([district.polygon for district in town.districts])
    one, two = shapely.STRtree(polygons).query(polygons, predicate="touches")
    near, far = [], []
    for seed in range(12):
        census = take_census(town, points, seed)
        age = np.array([row.share_65_plus for row in census])
        near.append(np.abs(age[one] - age[two]).mean())
        far.append(np.abs(age[:, None] - age).sum() / (len(age) * (len(age) - 1)))
    assert np.mean(near) < 0.85 * np.mean(far)


def test_census_rows_write_as_csv(town: Town, census: tuple[CensusRow, ...]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(csv_rows(census))
    read = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert [row["district_id"] for row in read] == [district.id for district in town.districts]
    assert {row["vintage"] for row in read} == {"2024-12-31"}
    assert sum(int(row["population"]) for row in read) == 240_000


def test_catalogue_and_words_cover_each_other() -> None:
    codes = [service.service_code for service in SERVICES]
    assert len(codes) == len(set(codes)) >= 12
    assert set(codes) == set(WHAT)
    assert {service.severity_band for service in SERVICES} == {0, 1, 2, 3, 4}
    bands = sorted({(s.severity_band, s.target_hours) for s in SERVICES})
    assert [hours for _, hours in bands] == sorted(hours for _, hours in bands)
    rng = np.random.default_rng(0)
    for code in codes:
        texts = {describe(code, "Oat Alley", rng.random(3).tolist()) for _ in range(120)}
        assert len(texts) >= 36
        assert all("Oat Alley" in text and "{" not in text for text in texts)
    assert len(PLACES) * len(ENDINGS) >= 36


def test_a_year_as_seen_and_as_it_was(
    town: Town, points: StreetPoints, census: tuple[CensusRow, ...]
) -> None:
    year, truth = simulate_year(town, points, census, SERVICES, SEED)
    assert 9_000 < truth.incidents.sum() < 14_000
    assert 2 < np.exp(np.ptp(truth.log_rate)) < 5
    seen = np.zeros_like(truth.incidents)
    np.add.at(seen, (year.district, year.service), 1)
    assert (seen <= truth.incidents).all()
    assert np.array_equal(np.unique(year.incident), np.arange(year.district.size))
    assert 100 < np.isnan(year.closed_day).sum() < 900
    first = np.full(year.district.size, np.inf)
    np.minimum.at(first, year.incident, year.day)
    inspected = ~np.isnan(year.inspected_day)
    assert (year.inspected_day[inspected] >= first[inspected]).all()
    closed = ~np.isnan(year.closed_day)
    assert (year.closed_day[closed] >= year.inspected_day[closed]).all()
    assert (np.diff(year.day) >= 0).all()
    assert set(year.channel) == {"app", "web", "phone", "text", "email", "paper", "helper"}
    for index, district in enumerate(town.districts):
        here = year.district == index
        assert shapely.contains_xy(
            district.polygon, year.longitude[here], year.latitude[here]
        ).all()
    names = [town.streets[year.street[i]].name for i in year.incident]
    assert all(name in text for name, text in zip(names, year.description, strict=True))


def test_low_reporting_districts_are_hidden_in_the_counts(
    town: Town, points: StreetPoints, census: tuple[CensusRow, ...]
) -> None:
    year, truth = simulate_year(town, points, census, SERVICES, SEED)
    share = np.bincount(year.district, minlength=24) / truth.incidents.sum(axis=1)
    assert np.corrcoef(share, truth.log_rate)[0, 1] > 0.8
    offline = [row.share_no_smartphone for row in census]
    assert np.corrcoef(offline, truth.log_rate)[0, 1] < -0.4


@pytest.fixture(scope="module")
def budgets(town: Town, points: StreetPoints, census: tuple[CensusRow, ...]) -> Budgets:
    return imagine_budgets(town, points, census, SEED)


def test_wishes_lie_where_they_are_for_and_compete(town: Town, budgets: Budgets) -> None:
    districts = {district.id: district.polygon for district in town.districts}
    for wishes in (budgets.last_wishes, budgets.this_wishes):
        assert {wish.part for wish in wishes} > {CITYWIDE}
        for wish in wishes:
            home = districts.get(wish.part, town.outline)
            assert home.buffer(2e-6).contains(shapely.Point(wish.lon, wish.lat))
        assert len({wish.title for wish in wishes}) == len(wishes)
        on_ballot = Counter(wish.part for wish in wishes if wish.is_on_ballot)
        assert min(on_ballot.values()) >= 3
    assert {wish.fate for wish in budgets.last_wishes} == set(Fate)


def test_ballots_choose_among_what_is_on_them(budgets: Budgets) -> None:
    wishes, ballots = budgets.last_wishes, budgets.ballots
    assert len(ballots) == 4_000
    assert {len(ballot.approved[CITYWIDE]) for ballot in ballots} == {1, 2, 3, 4, 5}
    for ballot in ballots:
        assert set(ballot.approved) <= {CITYWIDE, ballot.district_id}
        for part, places in ballot.approved.items():
            assert len(set(places)) == len(places) > 0
            assert all(wishes[i].part == part and wishes[i].is_on_ballot for i in places)


def test_voters_prefer_what_is_near_and_old_voters_use_paper(
    town: Town, census: tuple[CensusRow, ...], budgets: Budgets
) -> None:
    names = {district.id: district.name for district in town.districts}
    place = [wish.place for wish in budgets.last_wishes]
    own = Counter(
        place[i] == names[ballot.district_id]
        for ballot in budgets.ballots
        for i in ballot.approved[CITYWIDE]
    )
    voters = Counter(ballot.district_id for ballot in budgets.ballots)
    by_name = {names[code]: count / 4_000 for code, count in voters.items()}
    by_chance = np.mean(
        [by_name[place[i]] for ballot in budgets.ballots for i in ballot.approved[CITYWIDE]]
    )
    assert own[True] / own.total() > 1.5 * by_chance
    paper = {
        age: np.mean([b.is_on_paper for b in budgets.ballots if b.age_group == age])
        for age in ("16-24", "65-99")
    }
    assert paper["65-99"] > 0.35 > 0.1 > paper["16-24"]
    turnout = [voters[row.district_id] / row.population for row in census]
    assert max(turnout) > 1.5 * min(turnout)


def test_life_follows_the_seed(
    town: Town, points: StreetPoints, census: tuple[CensusRow, ...]
) -> None:
    def life(seed: int) -> tuple[object, ...]:
        year, _ = simulate_year(town, points, census, SERVICES, seed)
        return (
            take_census(town, points, seed),
            imagine_budgets(town, points, census, seed),
            year.description,
            year.day.tobytes(),
            year.request_place.tobytes(),
        )

    one, again, other = life(1), life(1), life(2)
    assert one == again
    assert all(a != b for a, b in zip(one, other, strict=True))
