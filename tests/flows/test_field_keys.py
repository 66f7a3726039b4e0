"""A city and its field keys: others are refused, and what is lost stops nothing."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from acting import do
from click.testing import CliRunner, Result
from every_table import fill_every_table
from worlds import FIELD_KEY, IN_NW, STAFF, World, a_report

from backend.__main__ import main
from backend.accounts.identify import register_device, resident_of_token
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.channels import Channel
from backend.core.db import Base, current_session, db
from backend.core.decision_log import Decision
from backend.core.field_key_marks import marked_keys
from backend.core.keys import KeyRing, new_field_key
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus, RateOutcome, RatingAnswer
from backend.reports.file_report import file_report
from backend.reports.intake.commands import EnterReport, KeepLead, LeadWords
from backend.reports.intake.enter_report import enter_report
from backend.reports.intake.keep_lead import keep_lead
from backend.reports.models import Contact
from backend.reports.rate_outcome import rate_outcome
from backend.reports.workflow import State

Environment = Callable[[World], dict[str, str]]
SAME_NAME, OTHER_NAME = new_field_key("k1"), new_field_key("k7")
NOT_HERE = "cannot be read: the key it was sealed with is not here, or it was damaged."


class Shell:
    """An operator's shell in one city."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def runs(self, keys: str, *command: str) -> Result:
        """What came of a command with these field keys."""
        with_keys = self._environment | {"EVENWARD_FIELD_KEYS": keys}
        db.session.rollback()
        result = CliRunner().invoke(main, command, env=with_keys)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    def says(self, keys: str, *command: str) -> str:
        """What it says."""
        return self.runs(keys, *command).output

    def is_refused(self, keys: str, *command: str) -> bool:
        words = self.says(keys, *command)
        return "EVENWARD_FIELD_KEYS is not what sealed" in words


@pytest.fixture
def shell(city: World, settings_of: Environment) -> Shell:
    return Shell(settings_of(city))


@contextmanager
def other_key() -> Iterator[None]:
    """Seal as a process would that was started with another key under the same name."""
    runtime = current_runtime()
    own, runtime.keyring = runtime.keyring, KeyRing((SAME_NAME,))
    try:
        yield
    finally:
        runtime.keyring = own


def told(number: int = 1) -> str:
    """The number of a report with a contact."""
    report = a_report(number, contact={"phone": f"030 555010{number}"})
    return str(do(ANONYMOUS, file_report, report).number)


def marks() -> tuple[str, ...]:
    current_session().rollback()
    return marked_keys(current_session())


@pytest.mark.both
def test_others_are_refused_before_anything_is_sealed(city: World, shell: Shell) -> None:
    shell.says(FIELD_KEY, "db", "upgrade")
    assert marks() == ("k1",)
    for keys in (SAME_NAME, OTHER_NAME):
        for command in ("staff list", "db upgrade"):
            assert shell.is_refused(keys, *command.split())
    assert marks() == ("k1",)
    assert "ward_staff" in shell.says(FIELD_KEY, "staff", "list")


@pytest.mark.slow
def test_nothing_is_served_with_others(sqlite_city: World, settings_of: Environment) -> None:
    shell = Shell(settings_of(sqlite_city))
    shell.says(FIELD_KEY, "db", "upgrade")
    for command in ("serve", "worker"):
        assert shell.is_refused(SAME_NAME, command)


@pytest.mark.slow
@pytest.mark.both
def test_a_city_from_before_the_marks_takes_the_keys_that_open_something(
    city: World, shell: Shell
) -> None:
    told()
    with other_key():
        told(2)
    # Reading marks nothing.
    assert "ward_staff" in shell.says(FIELD_KEY, "staff", "list")
    assert marks() == ()
    assert shell.is_refused(OTHER_NAME, "staff", "list")
    assert shell.is_refused(OTHER_NAME, "city", "describe", "--name", "Lantern Quay")
    assert "Lantern Quay" in shell.says(FIELD_KEY, "city", "describe", "--name", "Lantern Quay")
    assert marks() == ("k1",)
    assert shell.is_refused(SAME_NAME, "staff", "list")


@pytest.mark.slow
def test_a_key_can_go_once_it_holds_nothing(sqlite_city: World, settings_of: Environment) -> None:
    shell = Shell(settings_of(sqlite_city))
    told()
    shell.says(FIELD_KEY, "db", "upgrade")
    new = new_field_key("k2")
    assert "ward_staff" in shell.says(f"{new},{FIELD_KEY}", "staff", "list")
    shell.says(f"{new},{FIELD_KEY}", "city", "describe", "--name", "Lantern Quay")
    assert marks() == ("k1", "k2")
    for one in (new, FIELD_KEY):
        assert shell.is_refused(one, "staff", "list")
    assert "1 sealed fields" in shell.says(f"{new},{FIELD_KEY}", "keys", "rotate")
    assert marks() == ("k2",)
    assert "ward_staff" in shell.says(new, "staff", "list")


def test_a_city_whose_key_is_lost_goes_on(sqlite_city: World, settings_of: Environment) -> None:
    shell = Shell(settings_of(sqlite_city))
    told()
    shell.says(FIELD_KEY, "db", "upgrade")
    assert "there is k1" in shell.says(OTHER_NAME, "keys", "forget", "k3", "--yes")
    assert "goes on without k1" in shell.says(OTHER_NAME, "keys", "forget", "k1", "--yes")
    assert marks() == ("k7",)
    assert "ward_staff" in shell.says(OTHER_NAME, "staff", "list")
    assert shell.is_refused(FIELD_KEY, "staff", "list")


@pytest.mark.both
def test_a_key_that_is_listed_is_not_forgotten(city: World, shell: Shell) -> None:
    told()
    shell.says(FIELD_KEY, "db", "upgrade")
    before = decisions()
    for keys in (FIELD_KEY, f"{OTHER_NAME},{FIELD_KEY}"):
        ran = shell.runs(keys, "keys", "forget", "k1", "--yes")
        assert ran.exit_code == 1
        assert "k1 is still listed in EVENWARD_FIELD_KEYS" in ran.output
        assert "Take it from the list first" in ran.output
    assert (marks(), decisions()) == (("k1",), before)


def decisions() -> int:
    """How many entries the log has."""
    current_session().rollback()
    return current_session().scalars(sa.select(sa.func.count()).select_from(Decision)).one()


def sealed_contacts() -> dict[uuid.UUID, bytes]:
    """What lies in the database of each contact, by the id of its report."""
    current_session().rollback()
    rows = current_session().execute(sa.select(Contact.service_request_id, Contact.sealed))
    return {row.service_request_id: row.sealed for row in rows}


@pytest.mark.slow
@pytest.mark.both
def test_rotating_goes_past_what_nobody_can_open(city: World, shell: Shell) -> None:
    told(1)
    shell.says(FIELD_KEY, "db", "upgrade")
    with other_key():
        changed = told(2)
    lost = told(3)
    session, (mine, theirs, gone) = current_session(), (a_report(n).id for n in (1, 2, 3))
    session.get_one(Contact, gone).sealed = KeyRing((OTHER_NAME,)).seal({}, gone.bytes)
    session.commit()
    before, new = sealed_contacts(), new_field_key("k2")
    keys = f"{new},{FIELD_KEY}"
    for moved in (1, 0):
        ran = shell.runs(keys, "keys", "rotate")
        assert ran.exit_code == 1
        assert f"{moved} sealed fields were moved to the newest key." in ran.output
        assert "not needed" not in ran.output
        assert "2 could not be opened" in ran.output
        assert f"contact {changed}, sealed with the key k1" in ran.output
        assert f"contact {lost}, sealed with the key k7" in ran.output
        assert "The key k7 is missing. List it again in EVENWARD_FIELD_KEYS" in ran.output
        assert "keys forget k1" in ran.output
        assert "030 5550" not in ran.output
    after = sealed_contacts()
    assert KeyRing((new,)).open(after[mine], mine.bytes) == {"phone": "030 5550101"}
    assert (after[theirs], after[gone]) == (before[theirs], before[gone])
    # What k1 has sealed may be read again one day, so the city goes on asking for it.
    assert marks() == ("k1", "k2")
    assert shell.is_refused(new, "staff", "list")
    # The key is found; the other one is given up, and with it what it sealed.
    found = shell.runs(f"{keys},{OTHER_NAME}", "keys", "rotate")
    assert "1 could not be opened" in found.output
    assert KeyRing((new,)).open(sealed_contacts()[gone], gone.bytes) == {}
    assert "goes on without k1" in shell.says(new, "keys", "forget", "k1", "--yes")
    assert shell.runs(new, "keys", "rotate").exit_code == 1
    # Until nothing is left of it.
    session.delete(session.get_one(Contact, theirs))
    session.commit()
    assert shell.runs(new, "keys", "rotate").exit_code == 0


@pytest.mark.slow
@pytest.mark.both
def test_rotating_opens_what_is_under_the_newest_key_too(city: World, shell: Shell) -> None:
    told(1)
    damaged = told(2)
    shell.says(FIELD_KEY, "db", "upgrade")
    assert shell.runs(FIELD_KEY, "keys", "rotate").exit_code == 0
    contact = current_session().get_one(Contact, a_report(2).id)
    contact.sealed = contact.sealed[:-1] + bytes([contact.sealed[-1] ^ 1])
    current_session().commit()
    before = sealed_contacts()
    ran = shell.runs(FIELD_KEY, "keys", "rotate")
    assert ran.exit_code == 1
    assert "0 sealed fields were moved to the newest key." in ran.output
    assert "1 could not be opened" in ran.output
    assert f"contact {damaged}, sealed with the key k1" in ran.output
    # The newest key opens all the rest: it must not be given up for one row.
    assert "Keep the key in any case" in ran.output
    assert "keys forget" not in ran.output
    assert sealed_contacts() == before


@pytest.mark.slow
def test_rotating_names_the_rows_of_every_table_that_nobody_can_open(
    sqlite_city: World, settings_of: Environment
) -> None:
    shell, new = Shell(settings_of(sqlite_city)), new_field_key("k2")
    with unit_of_work(OPERATOR) as work:
        fill_every_table(work)
    shell.says(new, "keys", "forget", "k1", "--yes")
    ran = shell.runs(new, "keys", "rotate")
    assert ran.exit_code == 1
    named = {line.split()[0] for line in ran.output.splitlines() if line.startswith("  ")}
    sealed = {one.name for one in Base.metadata.tables.values() if "sealed" in one.columns}
    # These are used up within minutes, or make the marks of keys, or are sealed to the trustees.
    assert sealed - named == {
        "sign_in_code",
        "vote_code",
        "notice_code",
        "field_key_mark",
        "sealed_ballot",
    }


@pytest.mark.slow
def test_the_desk_reads_on_beside_what_nobody_can_open(sqlite_city: World) -> None:
    with unit_of_work(ANONYMOUS) as work:
        token = register_device(work)
    runtime = current_runtime()
    resident = resident_of_token(current_session(), runtime, token, runtime.clock.now())
    lead = KeepLead(Channel.EMAIL, "1@a.example", LeadWords("a@lanterns.example", "A hole"), ())
    typed = a_report(2, IN_NW, channel=Channel.PHONE, contact={"phone": "030 5550100"})
    with other_key():
        report = a_report(1, contact={"phone": "030 5550100"})
        number = str(do(resident, file_report, report).number)
        call = str(do(STAFF, enter_report, EnterReport(typed, may_tell=True)).number)
        kept = do(STAFF, keep_lead, lead)
        sqlite_city.clock.advance(hours=1)
        for one in (number, call):
            do(STAFF, change_status, ChangeStatus(one, State.RESOLVED, 1))
        do(resident, rate_outcome, RateOutcome(number, RatingAnswer.NO, "The lantern man was rude"))
    desk = sqlite_city.signed_in(Role.WARD_STAFF)
    contact, said = f"This contact {NOT_HERE}", f"What it said {NOT_HERE}"
    pages = {
        f"/desk/incidents/{number}": (contact, "These words cannot be read: the key they were"),
        f"/desk/incidents/{call}": (contact, "To do: tell them."),
        "/desk/calls": (call, contact),
        f"/desk/leads/{kept.id}": (said,),
        "/desk/leads": (f"/desk/leads/{kept.id}", said),
    }
    for address, words in pages.items():
        page = desk.get(address)
        assert page.status_code == 200
        for one in words:
            assert one in page.text
