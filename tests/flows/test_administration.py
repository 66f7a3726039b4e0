"""What an administrator sets: in the log with what was there, told to the second of two, and seen
by everybody at once."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do, refused
from worlds import IN_NW, IN_SE, NOON, STAFF, World, a_report

from backend.accounts.add_staff import AddStaff, add_staff
from backend.accounts.change_staff import change_role, disable_staff, end_sessions
from backend.accounts.queries import open_sessions, staff_accounts
from backend.accounts.sign_in import sign_in
from backend.accounts.start_link import LIFE, account_of_link, choose_password, make_start_link
from backend.core.actors import ANONYMOUS, OPERATOR, Actor, Role
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.errors import DomainError, Gone
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.administration.read_entry import read_attributes, read_entry
from backend.reports.administration.set_hazard_words import SetHazardWords, set_hazard_words
from backend.reports.administration.set_policy import (
    SetHoliday,
    SetPolicy,
    add_holiday,
    set_policy,
)
from backend.reports.administration.set_routes import SetRoute, set_route
from backend.reports.administration.set_service import SetService, remove_service, set_service
from backend.reports.administration.set_taker import SetTaker, remove_taker, set_taker
from backend.reports.administration.set_template import (
    SetTemplate,
    set_template,
    template_entry,
)
from backend.reports.administration.standing import (
    Kind,
    hazard_words_stand,
    mark_of,
    policy_stands,
    service_stands,
)
from backend.reports.answer_templates import fill_template, find_template, templates_for
from backend.reports.answer_words import Concern, concerns
from backend.reports.catalogue import city_catalogue
from backend.reports.catalogue_fields import ROUTE, SERVICE, TEAM
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.queries import find_incident
from backend.reports.workflow import State
from backend.triage.override_position import OverridePosition, Raised, override_position
from backend.triage.preview_services import ServiceTerms, preview_services
from backend.triage.queries import QueueFilter, queue_page

ADMIN = Actor("staff:00000000-0000-0000-0000-000000000001", Role.ADMIN, "Ada")
OTHER = UUID(int=7)
PASSWORD = "a bell under the bridge"


def a_service(code: str = "POTHOLE", **changes: Any) -> SetService:
    """The service as it stands, with changes; new where there is none."""
    stands = service_stands(current_session(), code)
    entry = {name: one for name, one in (stands or {}).items() if name != "attributes"}
    if stands is None:
        given = {"code": code, "name": code, "severity_band": 3, "target_hours": 72}
        entry = read_entry(SERVICE, given)
    asked = read_attributes(stands["attributes"]) if stands else ()
    return SetService(entry | changes, asked, mark_of(stands))


def a_team(code: str, *, is_active: bool = True, seen: str = "") -> SetTaker:
    entry = read_entry(TEAM, {"code": code, "name": code.title(), "is_active": is_active})
    return SetTaker(Kind.TEAM, entry, seen)


def newest() -> tuple[str, str, dict[str, Any]]:
    """The newest entry of the log."""
    entry = (
        current_session().scalars(sa.select(Decision).order_by(Decision.sequence.desc())).first()
    )
    assert entry is not None
    return entry.action, entry.subject, json.loads(entry.facts)


def test_a_service_is_another_for_everybody_and_the_log_says_what_it_was(city: World) -> None:
    assert city_catalogue(current_session()).services["POTHOLE"].name == "Pothole"
    late = a_service(name="Hole")
    do(ADMIN, set_service, a_service(name="Hole in the road", target_hours=24))
    assert newest() == (
        "catalogue.entry_changed",
        "service:POTHOLE",
        {
            "kind": "service",
            "fields": ["name", "target_hours"],
            "was": {"name": "Pothole", "target_hours": 72},
            "became": {"name": "Hole in the road", "target_hours": 24},
        },
    )
    assert city_catalogue(current_session()).services["POTHOLE"].name == "Hole in the road"
    # The second of two is told, and the first one's words stay.
    assert refused(ADMIN, set_service, late) == "changed-meanwhile"
    assert refused(ADMIN, set_service, replace(a_service("TREE"), seen="x")) == "changed-meanwhile"
    do(ADMIN, set_service, a_service("TREE"))
    assert newest()[:2] == ("catalogue.entry_added", "service:TREE")
    assert refused(ADMIN, set_service, replace(a_service("TREE"), seen="")) == "entry-there"
    before = newest()
    assert do(ADMIN, set_service, a_service("TREE")) == ()
    assert newest() == before


def test_what_reports_hang_on_is_switched_off_and_the_rest_can_go(sqlite_city: World) -> None:
    do(ADMIN, set_service, a_service("TREE"))
    do(ANONYMOUS, file_report, a_report(1, IN_SE))

    def seen(code: str) -> str:
        return mark_of(service_stands(current_session(), code))

    def remove(code: str) -> str | None:
        return refused(ADMIN, lambda work, one: remove_service(work, one, seen(one)), code)

    assert remove("POTHOLE") == "service-in-use"
    assert remove("TREE") is None
    assert newest()[:2] == ("catalogue.entry_removed", "service:TREE")
    do(ADMIN, set_service, a_service(is_active=False))
    assert refused(ANONYMOUS, file_report, a_report(2, IN_NW)) == "service-unknown"


def test_routes_lead_only_to_who_takes_anything_new(city: World) -> None:
    do(ADMIN, set_taker, a_team("ROADS"))
    route = SetRoute(read_entry(ROUTE, {"service": "POTHOLE", "team": "ROADS"}), "")
    do(ADMIN, set_route, route)
    assert newest()[1] == "route:POTHOLE/any"
    assert refused(ADMIN, set_route, route) == "entry-there"
    elsewhere = SetRoute(read_entry(ROUTE, {"district": "MOON", "team": "ROADS"}), "")
    assert refused(ADMIN, set_route, elsewhere) == "entry-unknown"
    number = do(ANONYMOUS, file_report, a_report(1, IN_SE)).number
    assert find_incident(current_session(), number).team_code == "ROADS"
    seen = mark_of({"code": "ROADS", "name": "Roads", "is_active": True})
    closed = a_team("ROADS", is_active=False, seen=seen)
    assert refused(ADMIN, set_taker, closed) == "taker-routed"

    def remove(work: Any, code: str) -> None:
        remove_taker(work, Kind.TEAM, code, seen)

    assert refused(ADMIN, remove, "ROADS") == "taker-in-use"
    lights = a_team("LIGHTS", is_active=False)
    do(ADMIN, set_taker, lights)
    version = find_incident(current_session(), number).version
    step = ChangeStatus(number, State.ASSIGNED, version, team_code="LIGHTS")
    assert refused(STAFF, change_status, step) == "team-unknown"


def test_a_preview_says_what_the_queue_will_be(city: World) -> None:
    for n, (place, service) in enumerate(
        ((IN_SE, "POTHOLE"), (IN_NW, "BENCH"), (IN_SE, "SIGNAL"), (IN_NW, "POTHOLE")), 1
    ):
        city.clock.advance(hours=1)
        do(ANONYMOUS, file_report, a_report(n, place, service_code=service))
    now = current_runtime().clock.now()

    def order() -> list[str]:
        page = queue_page(current_session(), QueueFilter(), now, limit=9)
        return [one.number for one in page.entries]

    before = order()
    terms = ServiceTerms(severity_band=0, target_hours=2)
    told = preview_services(current_session(), {"BENCH": terms}, now)
    assert order() == before
    assert (told.open, told.own, told.sooner, told.later, told.others) == (4, 1, 1, 0, 3)
    do(ADMIN, set_service, a_service("BENCH", severity_band=0, target_hours=2))
    after = order()
    assert [(one.number, one.before, one.after) for one in told.most] == [(after[0], 4, 1)]
    assert before.index(after[0]) == 3
    same = preview_services(current_session(), {"BENCH": terms}, now)
    assert (same.sooner, same.later, same.others) == (0, 0, 0)


@pytest.mark.both
def test_a_preview_knows_what_was_put_first_by_hand(city: World) -> None:
    numbers = []
    for n, service in enumerate(("POTHOLE", "POTHOLE", "BENCH", "BENCH"), 1):
        city.clock.advance(hours=1)
        numbers.append(do(ANONYMOUS, file_report, a_report(n, IN_SE, service_code=service)).number)
    do(STAFF, override_position, OverridePosition(numbers[3], Raised.FIRST, "A school"))
    do(STAFF, override_position, OverridePosition(numbers[0], Raised.LAST, "Under scaffolding"))
    now = current_runtime().clock.now()

    def order() -> list[str]:
        page = queue_page(current_session(), QueueFilter(), now, limit=9)
        return [one.number for one in page.entries]

    before = order()
    band = city_catalogue(current_session()).services["POTHOLE"].severity_band
    told = preview_services(current_session(), {"BENCH": ServiceTerms(band, 1)}, now)
    do(ADMIN, set_service, a_service("BENCH", severity_band=band, target_hours=1))
    after = order()
    moves = {one: (before.index(one) + 1, after.index(one) + 1) for one in numbers[2:]}
    assert {one.number: (one.before, one.after) for one in told.most} == {
        number: places for number, places in moves.items() if places[0] != places[1]
    }
    assert (after[0], after[-1]) == (numbers[3], numbers[0])
    # Danger goes by waiting alone, whatever was said of the place before.
    danger = preview_services(current_session(), {"BENCH": ServiceTerms(0, 2)}, now)
    do(ADMIN, set_service, a_service("BENCH", severity_band=0, target_hours=2))
    assert order()[:2] == [numbers[2], numbers[3]]
    assert {one.number: one.after for one in danger.most} == {numbers[2]: 1, numbers[3]: 2}


def test_words_days_and_rules_hold_at_once(sqlite_city: World) -> None:
    session = current_session()
    do(ADMIN, set_hazard_words, SetHazardWords("en", ("gas leak*", "gas leak*"), mark_of([])))
    assert hazard_words_stand(session, "en") == ["gas leak*"]
    assert city_catalogue(session).hazards is not None
    lone = SetHazardWords("en", (" * ",), mark_of(["gas leak*"]))
    assert refused(ADMIN, set_hazard_words, lone) == "field-not-valid"
    holiday = SetHoliday(NOON.date(), "Founding day")
    do(ADMIN, add_holiday, holiday)
    assert refused(ADMIN, add_holiday, holiday) == "holiday-there"
    assert NOON.date() in city_catalogue(session).calendar.holidays
    seen = mark_of({"working_week": policy_stands(session)["working_week"]})
    week = SetPolicy({"working_week": "WWWW---"}, seen)
    do(ADMIN, set_policy, week)
    assert city_catalogue(session).policy.working_week == "WWWW---"
    assert refused(ADMIN, set_policy, week) == "changed-meanwhile"
    assert newest()[2]["was"] == {"working_week": "WWWWW--"}


def test_a_template_is_offered_where_it_fits_and_filled_by_name_alone(city: World) -> None:
    with unit_of_work(ADMIN) as work:
        template_id = work.runtime.ids.uuid()
    texts = (
        ("en", "We will mend {service} at {street} by {day}. Your number is {number}."),
        ("es", "Lo arreglaremos antes del {day}."),
        ("pl", "  "),
    )
    command = SetTemplate(template_id, "Has a day", "scheduled", ["POTHOLE"], texts, True, "")
    do(ADMIN, set_template, command)
    [offered] = templates_for(current_session(), State.SCHEDULED, "POTHOLE")
    assert templates_for(current_session(), State.SCHEDULED, "BENCH") == ()
    assert templates_for(current_session(), None, "POTHOLE") == ()
    assert offered.text_in("pl").startswith("We will")
    known = {"number": "{number.__class__}", "service": "the pothole"}
    filled = fill_template(offered.text_in("en"), **known, language="en", day=NOON.date())
    assert filled.text == (
        "We will mend the pothole at {street} by Monday, March 2, 2026. "
        "Your number is {number.__class__}."
    )
    assert filled.missing == ("street",)
    spanish = fill_template(offered.text_in("es"), **known, language="es", day=NOON.date())
    assert "2 de marzo de 2026" in spanish.text
    evil = replace(command, texts=[("en", "{number.__class__} and {")], id=OTHER)
    assert refused(ADMIN, set_template, evil) == "template-place-unknown"
    assert refused(ADMIN, set_template, replace(command, id=OTHER)) == "template-name-taken"
    seen = mark_of(template_entry(find_template(current_session(), template_id)))
    do(ADMIN, set_template, replace(command, is_active=False, seen=seen))
    assert templates_for(current_session(), State.SCHEDULED, "POTHOLE") == ()


HUMANE = {
    "en": "Thank you for telling us. We will mend it by {day}.",
    "es": "Gracias por avisar. Lo arreglaremos antes del {day}.",
    "pl": "Dziękujemy za zgłoszenie. Naprawimy to do {day}.",
    "ar": "شكرا لإبلاغنا. سوف نصلحه قبل {day}.",
    "de": "Danke.",
}
HARSH = [
    ("en", "You should have called earlier.", {Concern.BLAMES, Concern.NO_NEXT, Concern.NO_WHEN}),
    ("en", "This will be DONE by Monday the 3rd!", {Concern.SHOUTS, Concern.EXCLAIMS}),
    ("es", "Es su culpa.", {Concern.BLAMES, Concern.NO_NEXT, Concern.NO_WHEN}),
    ("pl", "To z Twojej winy.", {Concern.BLAMES, Concern.NO_NEXT, Concern.NO_WHEN}),
    ("ar", "هذا خطؤك", {Concern.BLAMES, Concern.NO_NEXT, Concern.NO_WHEN}),
    ("de", "SOFORT", {Concern.SHOUTS}),
    ("en", "We will come in a week " + "and look " * 12, {Concern.LONG_SENTENCE}),
]


def test_harsh_words_are_warned_of_and_humane_ones_are_not() -> None:
    assert {one: concerns(text, one) for one, text in HUMANE.items()} == dict.fromkeys(HUMANE, ())
    for language, text, found in HARSH:
        assert set(concerns(text, language)) == found, text


def test_somebody_is_always_left_to_administer(city: World) -> None:
    accounts = {one.role: one for one in staff_accounts(current_session())}
    me = Actor(accounts["admin"].key, Role.ADMIN)
    assert refused(me, disable_staff, "admin") == "own-account"
    assert refused(OPERATOR, disable_staff, "admin") == "last-admin"

    def be(role: Role) -> Any:
        return lambda work, name: change_role(work, name, role)

    assert refused(OPERATOR, be(Role.ANALYST), "admin") == "last-admin"
    do(me, be(Role.ADMIN), "analyst")
    assert newest()[2] == {"was": "analyst", "became": "admin"}
    do(me, disable_staff, "analyst")
    assert refused(OPERATOR, disable_staff, "admin") == "last-admin"
    with unit_of_work(ANONYMOUS) as work:
        sign_in(work, "ward_staff", "a lantern on the quay", "192.0.2.1")
    now = current_runtime().clock.now()
    assert open_sessions(current_session(), now)[accounts["ward_staff"].id] == 1
    do(me, end_sessions, "ward_staff")
    assert open_sessions(current_session(), now) == {}


def test_a_start_link_opens_once_and_only_while_it_is_new(sqlite_city: World) -> None:
    # Ids that the city's own accounts have.
    for _taken in range(9):
        current_runtime().ids.uuid()
    add = AddStaff("eve", "Eve", Role.ANALYST, current_runtime().ids.token())
    do(ADMIN, add_staff, add)
    first = do(ADMIN, make_start_link, "eve")
    second = do(ADMIN, make_start_link, "eve")
    key = current_runtime().settings.hash_key

    def slug(token: str, after: Any = 0) -> str | None:
        now = NOON + after if after else NOON
        try:
            account_of_link(current_session(), key, token, now)
        except Gone as error:
            return error.slug
        return None

    over = "start-link-over"
    made_up = "-".join((second.split("-")[0], "99999999999", second.split("-")[2]))
    for token in (first, made_up, "", "x-1-y", f"{'0' * 32}-1-{'0' * 64}", second + "0"):
        assert slug(token) == over, token
    assert slug(second, LIFE) == over
    assert slug(second) is None

    def choose(password: str) -> str | None:
        return refused(ANONYMOUS, lambda work, one: choose_password(work, second, one), password)

    assert choose("short") == "password-too-short"
    assert choose(PASSWORD) is None
    assert choose(PASSWORD) == over
    with unit_of_work(ANONYMOUS) as work:
        sign_in(work, "eve", PASSWORD, "192.0.2.1")
    told = [one.facts for one in current_session().scalars(sa.select(Decision))]
    assert not any("eve" in facts.lower() for facts in told)


def test_only_marks_that_fit_are_taken(sqlite_city: World) -> None:
    with pytest.raises(DomainError) as refusal:
        read_attributes([{"code": "A", "datatype": "singlevaluelist", "description": "Which?"}])
    assert refusal.value.pointer == "/attribute-0-code"
