"""What administration refuses or asks about before it is saved: names, roles, leaving, erasing."""

import io
import re

import pytest
from acting import do
from administering import Admin
from worlds import STAFF, World, a_report

from backend.accounts.change_staff import disable_staff, enable_staff
from backend.accounts.passwords import hash_password, is_right
from backend.accounts.queries import staff_accounts
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.reports.administration.standing import policy_stands
from backend.reports.assign_person import assign_person
from backend.reports.change_status import change_status
from backend.reports.commands import AssignPerson, ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.models import Service
from backend.reports.queries import find_incident
from backend.reports.workflow import State


@pytest.mark.parametrize(
    "name",
    ["<script>x</script>", "../x", "a b", "a", "eve" * 21, "\u0430dmin", "-eve", "eve\u200b"],
)
def test_a_user_name_is_plain_and_of_one_script(sqlite_city: World, name: str) -> None:
    admin = Admin(sqlite_city)
    before = len(staff_accounts(current_session()))
    refused = admin.sends("/admin/users", 422, username=name, role="analyst")
    assert "begins with a letter or a digit" in refused
    assert len(staff_accounts(current_session())) == before


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Eve.M-2@city", "eve.m-2@city"),
        ("\uff25ve", "eve"),
        ("\u0435\u0432\u0430", "\u0435\u0432\u0430"),
    ],
)
def test_other_scripts_and_wide_letters_are_user_names(
    sqlite_city: World, name: str, known: str
) -> None:
    admin = Admin(sqlite_city)
    admin.sends("/admin/users", 200, username=name, role="analyst")
    assert known in {one.username for one in staff_accounts(current_session())}


def test_a_password_is_neither_short_nor_a_book() -> None:
    for length, slug in ((9, "password-too-short"), (201, "password-too-long")):
        with pytest.raises(Invalid) as refused:
            hash_password("p" * length)
        assert refused.value.slug == slug
    assert is_right(hash_password("p" * 200), "p" * 200)


def test_a_role_that_somebody_changed_meanwhile_is_not_overwritten(sqlite_city: World) -> None:
    admin = Admin(sqlite_city)
    sqlite_city.signed_in(Role.ANALYST)
    [analyst] = (one for one in staff_accounts(current_session()) if one.role == Role.ANALYST)
    path = f"/admin/users/{analyst.id}/role"
    assert f'name="seen" value="{Role.ANALYST.value}"' in admin.sees("/admin/users")
    admin.sends(path, role="ward_staff", seen="analyst")
    late = admin.sends(path, 409, role="admin", seen="analyst")
    assert "Somebody else has changed this role meanwhile" in late


def test_whoever_leaves_hands_on_what_they_hold(sqlite_city: World) -> None:
    admin = Admin(sqlite_city)
    desk = sqlite_city.signed_in(Role.WARD_STAFF)
    accounts = {one.role: one for one in staff_accounts(current_session())}
    leaving, heir = accounts[Role.WARD_STAFF], accounts[Role.ADMIN]
    keys = (leaving.key, heir.key)
    numbers = [do(ANONYMOUS, file_report, a_report(number)).number for number in (1, 2)]
    for number in numbers:
        do(STAFF, assign_person, AssignPerson(number, keys[0], 1))
    path = f"/admin/users/{leaving.id}"
    assert "They have 2 open reports. Who gets them?" in admin.sees("/admin/users")
    # Not to themselves.
    admin.sends(path, 422, act="disable", heir=keys[0])
    assert desk.get("/desk/queue").status_code == 200
    admin.sends(path, act="disable", heir=keys[1])
    assert "Open reports that somebody else has now: 2." in admin.sees("/admin/users")
    current_session().rollback()
    assert {find_incident(current_session(), one).assignee for one in numbers} == {keys[1]}
    # Closed before anybody asked: the queue still finds what they hold.
    admin.sends(path, act="enable")
    do(STAFF, assign_person, AssignPerson(numbers[0], keys[0], 3))
    do(OPERATOR, disable_staff, leaving.username)
    queue = admin.sees("/desk/queue?list=city")
    assert f'value="{keys[0]}"' in queue
    assert "no longer at the desk" in queue
    do(OPERATOR, enable_staff, leaving.username)
    admin.sends(path, act="disable")
    assert "Open reports that nobody has now: 1." in admin.sees("/admin/users")
    assert f'value="{keys[0]}"' not in admin.sees("/desk/queue?list=city")


def test_a_week_has_a_working_day(sqlite_city: World) -> None:
    admin = Admin(sqlite_city)
    seen = admin.seen("/admin/calendar")
    refused = admin.sends("/admin/calendar", 422, seen=seen)
    assert "A week needs a working day" in refused
    assert policy_stands(current_session())["working_week"] == "WWWWW--"


def test_a_shorter_time_says_what_the_next_night_would_erase(sqlite_city: World) -> None:
    numbers = [do(ANONYMOUS, file_report, a_report(number)).number for number in (1, 2)]
    do(STAFF, change_status, ChangeStatus(numbers[0], State.RESOLVED, 1, reason="Done"))
    sqlite_city.clock.advance(days=2)
    admin = Admin(sqlite_city)
    form = admin.form("/admin/services/POTHOLE")
    # Longer than anything has been closed for, nothing goes: nobody is asked.
    admin.sends("/admin/services/POTHOLE", **form | {"retention_days": "3"})
    form = admin.form("/admin/services/POTHOLE") | {"retention_days": "1"}
    asked = admin.sends("/admin/services/POTHOLE", 200, **form)
    assert "words, photos and contacts of one closed problem, for good" in asked
    assert current_session().get_one(Service, "POTHOLE").retention_days == 3
    # A file that says the same asks too.
    file = admin.client.get("/admin/catalogue.toml").text
    shorter = file.replace("retention_days = 3\n", "retention_days = 1\n")
    sent = {"csrf_token": admin.token, "file": (io.BytesIO(shorter.encode()), "city.toml")}
    shown = admin.client.post("/admin/catalogue", data=sent, content_type="multipart/form-data")
    assert "words, photos and contacts of one closed problem, for good" in shown.text
    looked = re.search(r'name="looked" value="([^"]+)"', asked)
    assert looked
    admin.sends("/admin/services/POTHOLE", **form | {"looked": looked[1]})
    current_session().rollback()
    assert current_session().get_one(Service, "POTHOLE").retention_days == 1
