"""The made-up city moves into an empty database, by the doors every city uses."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import shapely
import sqlalchemy as sa

from backend.accounts.add_staff import AddStaff, add_staff
from backend.audits.few_people import told_rates
from backend.audits.findings.ask_audit import ask_for_audit
from backend.audits.findings.period import quarter_before
from backend.audits.fit_rates import JOB as FIT_RATES
from backend.audits.fit_rates import fit_rates
from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.channels import Channel
from backend.core.found_city import found_city
from backend.core.ids import Ids, SeededIds
from backend.core.jobs import Job
from backend.core.uow import UnitOfWork
from backend.demo.budget_dates import FOUNDED
from backend.demo.budgets import BudgetStory
from backend.demo.catalogue import SERVICES, service_words
from backend.demo.census import VINTAGE
from backend.demo.diary import Diary
from backend.demo.fates import Step, fate_of
from backend.demo.imagine import MadeUpCity
from backend.demo.incidents import YEAR_DAYS, Year
from backend.demo.people import People
from backend.demo.posts import PASSWORD, POSTS
from backend.demo.record_year import record_year
from backend.demo.town import Town
from backend.demo.waking_hours import by_day
from backend.demo.words import describe
from backend.places.boundary_file import DistrictFile, Figure
from backend.places.describe_city import describe_city, lay_ground
from backend.places.draw_basemap import JOB as DRAW_BASEMAP
from backend.places.import_boundaries import import_boundaries
from backend.reports.commands import FileReport
from backend.reports.expected_closing import JOB as EXPECT_CLOSINGS
from backend.reports.expected_closing import compute_expected_times, store_expected_times
from backend.reports.file_report import file_report
from backend.reports.import_services import import_services
from backend.reports.models import Service
from backend.triage.weight_sets import ProposeWeights, propose_weights
from geo.boundaries import check_boundaries

TIME_ZONE = "Europe/Berlin"
# As far out again as six hundredths of the way from the middle to the edge.
_BEYOND = 1.06
_OUTSIDE = ("POTHOLE", "STREET_LIGHT", "DUMPED_WASTE", "OVERGROWN", "FALLEN_TREE")


def build_city(work: UnitOfWork, made_up: MadeUpCity) -> None:
    """Everything of the city but its truth, in the caller's transaction: all of it or nothing.

    The city is older than the year of its reports: its budgets were held while it was there.
    """
    ids = SeededIds(made_up.seed)
    work = replace(work, runtime=replace(work.runtime, ids=ids))
    staff = _found(replace(work, now=work.now + timedelta(days=FOUNDED)), made_up)
    _hold_budgets(work, made_up, staff, ids)
    year = by_day(made_up.year, _local_hour(work))
    fates = _fates(year, made_up.seed)
    record_year(work, year, made_up.town.streets, fates, staff[Role.WARD_STAFF].key, ids)
    _report_from_outside(work, made_up, ids)
    _fit_and_propose(work)
    # What draws it takes a second to load; the city can be looked at before.
    work.enqueue(DRAW_BASEMAP)
    _have_audited(work)


def _have_audited(work: UnitOfWork) -> None:
    """The last two quarters, in the background: so there is something to compare."""
    last = quarter_before(work.now.astimezone(ZoneInfo(TIME_ZONE)).date())
    for quarter in (quarter_before(last.starts_on), last):
        ask_for_audit(work, quarter)


def _found(work: UnitOfWork, made_up: MadeUpCity) -> dict[Role, Actor]:
    """The city with its map, its services and those who work for it."""
    found_city(work)
    describe_city(
        work,
        name=made_up.town.name,
        jurisdiction_id=f"{made_up.town.name.lower()}.example",
        time_zone=TIME_ZONE,
        emergency_number="112",
        currency="EUR",
    )
    import_boundaries(work, _district_file(made_up))
    _lay_ground(work, made_up.town)
    import_services(work, _services())
    posts = {
        post: add_staff(work, AddStaff(post.username, post.display_name, post.role, PASSWORD))
        for post in POSTS
    }
    return {
        post.role: Actor(f"staff:{account.id}", post.role, post.display_name)
        for post, account in posts.items()
    }


def _hold_budgets(
    work: UnitOfWork, made_up: MadeUpCity, staff: Mapping[Role, Actor], ids: Ids
) -> None:
    diary = Diary()
    key = work.runtime.settings.hash_key
    people = People(key, staff[Role.WARD_STAFF], staff[Role.ADMIN])
    story = BudgetStory(diary, people, made_up.town, made_up.census, ids, made_up.seed)
    story.enter(made_up.budgets, work.now, ZoneInfo(TIME_ZONE))
    diary.live(work)


def _district_file(made_up: MadeUpCity) -> DistrictFile:
    districts = made_up.town.districts
    shapes = [district.polygon for district in districts]
    return DistrictFile(
        source_name=f"{made_up.town.name}, seed {made_up.seed}",
        source_sha256=hashlib.sha256(b"".join(shapely.to_wkb(shapes))).hexdigest(),
        boundaries=check_boundaries(
            [district.id for district in districts],
            [district.name for district in districts],
            shapes,
        ),
        census_source="Made-up census",
        census_vintage=VINTAGE,
        figures={
            row.district_id: {
                "population": Figure(row.population),
                "share_65_plus": Figure(row.share_65_plus),
                "median_income": Figure(row.median_income),
                "share_no_smartphone": Figure(row.share_no_smartphone),
            }
            for row in made_up.census
        },
    )


def _lay_ground(work: UnitOfWork, town: Town) -> None:
    lay_ground(work, "green", [(park.name, park.polygon) for park in town.parks])
    lay_ground(work, "water", [(water.name, water.polygon) for water in town.water])
    roads = [(street.name, street.line) for street in town.streets if street.kind == "arterial"]
    rest = [(street.name, street.line) for street in town.streets if street.kind != "arterial"]
    lay_ground(work, "street", rest)
    lay_ground(work, "arterial", roads)


def _services() -> list[Service]:
    words = service_words()
    return [
        Service(
            code=one.service_code,
            name=one.name,
            description=one.description,
            group_name=one.group,
            keywords=", ".join(one.keywords),
            severity_band=one.severity_band,
            target_hours=one.target_hours,
            is_active=True,
            translations=words[one.service_code],
        )
        for one in SERVICES
    ]


def _local_hour(work: UnitOfWork) -> float:
    local = work.now.astimezone(ZoneInfo(TIME_ZONE))
    return local.hour + local.minute / 60 + local.second / 3600


def _fates(year: Year, seed: int) -> tuple[tuple[Step, ...], ...]:
    luck = np.random.default_rng([seed, 5]).random((year.service.size, 2))
    return tuple(
        fate_of(inspected, closed, outcome, YEAR_DAYS, SERVICES[service].severity_band, draws)
        for inspected, closed, outcome, service, draws in zip(
            year.inspected_day.tolist(),
            year.closed_day.tolist(),
            year.outcome.tolist(),
            year.service.tolist(),
            luck.tolist(),
            strict=True,
        )
    )


def _report_from_outside(work: UnitOfWork, made_up: MadeUpCity, ids: Ids) -> None:
    """A few reports from beyond the town's edge, as residents would file them."""
    rng = np.random.default_rng([made_up.seed, 6])
    outline = made_up.town.outline
    edge, middle = outline.exterior, outline.centroid
    residents = replace(work, actor=ANONYMOUS)
    for number, code in enumerate(_OUTSIDE):
        point = edge.interpolate((number + rng.random()) / len(_OUTSIDE), normalized=True)
        file_report(
            residents,
            FileReport(
                id=ids.uuid(),
                service_code=code,
                description=describe(code, "the road out of town", rng.random(3).tolist()),
                lon=round(middle.x + _BEYOND * (point.x - middle.x), 6),
                lat=round(middle.y + _BEYOND * (point.y - middle.y), 6),
                channel=Channel.APP,
                requested_at=work.now - timedelta(days=float(rng.uniform(0.1, 9))),
            ),
        )


def _fit_and_propose(work: UnitOfWork) -> None:
    """Rates and a weight set that waits for an analyst; the queue stays as it is until then."""
    run = fit_rates(work)
    store_expected_times(work, compute_expected_times(work.session, work.now))
    # The import asked for both in the background; this was it.
    work.session.execute(sa.delete(Job).where(Job.kind.in_([FIT_RATES, EXPECT_CLOSINGS])))
    rates = told_rates(work.session, run)
    propose_weights(work, ProposeWeights(str(run.id), rates, strength=1.0))
