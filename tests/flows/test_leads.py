"""Mails and text messages wait for somebody to read them, and become reports or nothing."""

import shutil
import smtplib
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do, refused
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from pictures import encoded, scene
from ports import free_port
from worlds import ANALYST, STAFF, World, a_report, create_world

from backend.cli.mail_in import MailDesk
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.channels import Channel
from backend.core.db import current_session, db
from backend.core.decision_log import Decision
from backend.core.keys import KeyRing, new_field_key
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.models import Photo
from backend.photos.sweep_photos import sweep_job
from backend.reports.intake.commands import (
    EnterReport,
    KeepLead,
    LeadState,
    LeadWords,
    SetLeadAside,
    TakeLeadUp,
)
from backend.reports.intake.enter_report import enter_report
from backend.reports.intake.forget_leads import KEPT_FOR, SET_ASIDE_FOR, forget_leads
from backend.reports.intake.keep_lead import keep_lead
from backend.reports.intake.models import Lead
from backend.reports.intake.queries import (
    KEPT_LEADS,
    lead_counts,
    leads_in,
    photos_of_lead,
    read_lead,
)
from backend.reports.intake.rotate_keys import reseal_leads
from backend.reports.intake.settle_lead import set_lead_aside, take_lead_up
from backend.reports.intake.take_mail import Taken, take_mail
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import HazardWord, Service, ServiceRequest

SENDER = "dorothea@lanterns.example"


def a_mail(number: int = 1, *photos: bytes, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Dorothea <{SENDER}>", "reports@testwick.example"
    mail["Subject"], mail["Message-ID"] = "A hole", f"<{number}@lanterns.example>"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content("Deep, by the mill.\n\n-- \nDorothea, 030 5550100\n")
    for photo in photos:
        mail.add_attachment(photo, maintype="image", subtype="jpeg", filename="hole.jpg")
    return mail.as_bytes()


def keep(number: int = 1, channel: Channel = Channel.TEXT) -> UUID:
    said = LeadWords("+48601555017", f"A hole\u202e number {number}")
    kept: UUID = do(ANONYMOUS, keep_lead, KeepLead(channel, f"SM{number}", said)).id
    return kept


def entered(id_: UUID, channel: Channel = Channel.TEXT) -> EnterReport:
    return EnterReport(replace(a_report(1, channel=channel), id=id_))


def the_leads() -> list[Lead]:
    current_session().rollback()
    return list(current_session().scalars(sa.select(Lead).order_by(Lead.received_at, Lead.id)))


@pytest.mark.both
def test_a_message_is_sealed_and_the_same_one_is_the_same(city: World) -> None:
    first, again, other = keep(1), keep(1), keep(2)
    assert first == again != other
    session, keyring = current_session(), current_runtime().keyring
    found = leads_in(session, keyring, LeadState.NEW, limit=10)
    assert {one.id for one in found} == {first, other}
    # What would have hidden words from a reader is not kept.
    assert found[0].said is not None
    assert found[0].said.words.startswith("A hole number")
    assert [one.alike for one in found] == [1, 1]
    stored = b"".join(one.sealed or b"" for one in the_leads())
    assert b"hole" not in stored
    assert b"601555017" not in stored
    assert lead_counts(session)[LeadState.NEW] == 2


def test_danger_is_read_before_what_came_first(sqlite_city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.add(HazardWord(language="en", word="gas"))
        work.session.get_one(Service, "WIRES").keywords = "wire*"
        mark_catalogue(work)
    waiting = [keep(1)]
    for number, words in enumerate(("It smells of gas", "Wires hang down"), start=2):
        sqlite_city.clock.advance(minutes=1)
        said = LeadWords("+48601555018", words)
        waiting.append(do(ANONYMOUS, keep_lead, KeepLead(Channel.TEXT, f"SM{number}", said)).id)
    found = leads_in(current_session(), current_runtime().keyring, LeadState.NEW, limit=10)
    assert [one.id for one in found] == [*waiting[1:], waiting[0]]


@pytest.mark.both
def test_accepting_makes_it_a_report_of_its_channel_and_keeps_nothing_else(city: World) -> None:
    id_ = keep()
    city.clock.advance(hours=30)
    assert refused(STAFF, enter_report, entered(id_, Channel.PHONE)) == "lead-came-otherwise"
    filed = do(STAFF, enter_report, entered(id_))
    [lead] = the_leads()
    assert (lead.state, lead.number, lead.settled_by) == ("accepted", filed.number, STAFF.key)
    assert (lead.sealed, lead.sender_hash) == (None, None)
    report = current_session().get_one(ServiceRequest, id_)
    assert (report.channel, report.requested_at) == ("text", lead.received_at)
    # Twice is once; and what is a report is set aside no more.
    assert do(STAFF, enter_report, entered(id_)).number == filed.number
    assert refused(STAFF, set_lead_aside, SetLeadAside(id_, "Spam")) == "lead-settled"


@pytest.mark.both
def test_setting_aside_has_a_reason_and_can_be_taken_back(city: World) -> None:
    id_ = keep()
    assert refused(ANALYST, set_lead_aside, SetLeadAside(id_, "Spam")) == "role-not-allowed"
    assert refused(STAFF, set_lead_aside, SetLeadAside(id_, " ")) == "reason-missing"
    do(STAFF, set_lead_aside, SetLeadAside(id_, "An advertisement"))
    assert refused(STAFF, enter_report, entered(id_)) == "lead-settled"
    do(STAFF, take_lead_up, TakeLeadUp(id_))
    assert the_leads()[0].state == "new"
    logged = sa.select(Decision.action, Decision.subject).where(Decision.action.like("lead.%"))
    told = current_session().execute(logged.order_by(Decision.sequence)).all()
    assert [row.action for row in told] == ["lead.set_aside", "lead.taken_up"]
    assert "hole" not in str(told)


@pytest.mark.both
def test_what_nobody_needs_is_forgotten_on_time(city: World) -> None:
    aside, waiting = keep(1), keep(2)
    do(STAFF, set_lead_aside, SetLeadAside(aside, "Spam"))

    def after(age: timedelta) -> set[UUID]:
        with unit_of_work(OPERATOR) as work:
            work.now += age
            forget_leads(work, {})
        return {one.id for one in the_leads() if one.sealed is not None}

    assert after(SET_ASIDE_FOR - timedelta(seconds=1)) == {aside, waiting}
    assert after(SET_ASIDE_FOR + timedelta(seconds=1)) == {waiting}
    assert after(KEPT_FOR + timedelta(seconds=1)) == set()
    assert [one.reason for one in the_leads()] == [None, None]
    assert refused(STAFF, take_lead_up, TakeLeadUp(aside)) == "lead-settled"
    # A provider that posts it once more a year later gets no second one.
    assert keep(1) == aside


def test_messages_move_to_a_new_key_with_the_rest(sqlite_city: World) -> None:
    id_, key, runtime = keep(), new_field_key("k9"), current_runtime()
    runtime.keyring = KeyRing((key, *runtime.settings.field_keys))
    with unit_of_work(OPERATOR) as work:
        assert (reseal_leads(work).count, reseal_leads(work).count) == (1, 0)
    read = read_lead(current_session(), KeyRing((key,)), id_)
    assert read.said is not None
    assert read.said.sender == "+48601555017"


def test_a_mail_waits_with_its_photos_and_takes_them_along(sqlite_city: World) -> None:
    photo = encoded(scene())
    assert take_mail(a_mail(1, photo), SENDER) is Taken.KEPT
    assert take_mail(a_mail(1, photo), SENDER) is Taken.KNOWN
    [lead] = the_leads()
    [kept] = photos_of_lead(current_session(), lead.id)
    assert kept.state == "processing"
    read = read_lead(current_session(), current_runtime().keyring, lead.id)
    assert read.said is not None
    assert (read.said.sender, read.said.subject) == (SENDER, "A hole")
    page = sqlite_city.signed_in(Role.WARD_STAFF).get(f"/desk/leads/{lead.id}").text
    assert "A photo is being opened" in page
    # Anybody can read a report's words: a signature with a phone number is no part of them.
    assert ">Deep, by the mill.</textarea>" in page
    # However long it waits, its photos wait too; and then they are the report's.
    with unit_of_work(OPERATOR) as work:
        work.now += timedelta(days=60)
        sweep_job(KEPT_LEADS).finish(work, [])
    filed = do(STAFF, enter_report, entered(lead.id, Channel.EMAIL))
    current_session().rollback()
    [claimed] = current_session().scalars(sa.select(Photo))
    assert (claimed.is_claimed, claimed.subject_number) == (True, filed.number)


def test_what_a_program_sent_back_reaches_nobody(sqlite_city: World) -> None:
    away = a_mail(1, **{"Auto-Submitted": "auto-replied"})
    assert take_mail(away, SENDER) is Taken.DROPPED
    assert take_mail(a_mail(2), "") is Taken.DROPPED
    assert the_leads() == []
    # No message has an answer, whoever sent it: nothing waits to be sent.
    assert take_mail(a_mail(3, **{"Auto-Submitted": "auto-generated"}), SENDER) is Taken.KEPT
    [lead] = the_leads()
    read = read_lead(current_session(), current_runtime().keyring, lead.id)
    assert read.said is not None
    assert read.said.is_automatic


@pytest.mark.parametrize("is_lmtp", [pytest.param(False, marks=pytest.mark.slow), True])
def test_the_citys_mail_server_hands_mails_over(
    sqlite_template: Path, tmp_path: Path, *, is_lmtp: bool
) -> None:
    shutil.copy(sqlite_template, tmp_path / "city.sqlite3")
    addresses = ("reports@testwick.example", "roads@testwick.example")
    world = create_world(tmp_path, inbound_mail=addresses)

    class Listening(Controller):
        def factory(self) -> Any:
            return LMTP(self.handler) if is_lmtp else super().factory()

    desk = MailDesk(world.app, is_lmtp=is_lmtp)
    listening = Listening(desk, hostname="127.0.0.1", port=free_port())
    listening.start()
    try:
        speaks = smtplib.LMTP if is_lmtp else smtplib.SMTP
        with speaks("127.0.0.1", listening.port) as sender:
            sender.ehlo_or_helo_if_needed()
            sender.mail(SENDER)
            answers = [sender.rcpt(one)[0] for one in (*addresses, "mayor@testwick.example")]
            assert answers == [250, 250, 550]
            assert sender.data(a_mail(1)) == (250, b"2.0.0 Taken")
            # RFC 2033: in LMTP each address it is for has an answer of its own.
            assert not is_lmtp or sender.getreply() == (250, b"2.0.0 Taken")
            sender.mail(SENDER)
            sender.rcpt(addresses[0])
            nothing = b"Content-Type: multipart/mixed\r\n\r\n\xe2\x80\x8b\r\n"
            assert sender.data(nothing)[0] == 554
    finally:
        listening.stop()
    with world.app.app_context():
        assert [one.channel for one in the_leads()] == ["email"]
        db.session.remove()
        db.engine.dispose()
