"""Pictures of text messages: fetched beside the request, opened like any stranger's photo."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do
from flask.testing import FlaskClient
from media_host import Held, MediaHost, holding
from pictures import encoded, scene
from telling import pass_time
from werkzeug.datastructures import MultiDict
from worlds import STAFF, World, a_report, create_world

from backend.core.actors import OPERATOR, Role
from backend.core.channels import Channel
from backend.core.db import current_session, db
from backend.core.job_runner import run_job
from backend.core.jobs import Job
from backend.core.keys import KeyRing, new_field_key
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.models import Photo
from backend.photos.sweep_photos import sweep_job
from backend.reports.intake.commands import EnterReport, SetLeadAside
from backend.reports.intake.enter_report import enter_report
from backend.reports.intake.fetch_picture import JOB
from backend.reports.intake.forget_leads import SET_ASIDE_FOR, forget_leads
from backend.reports.intake.models import Lead, LeadPicture
from backend.reports.intake.queries import KEPT_LEADS, photos_of_lead, pictures_of_lead
from backend.reports.intake.rotate_keys import reseal_leads
from backend.reports.intake.settle_lead import set_lead_aside
from backend.web.entry.inbound_text import signature_of
from backend.wiring import JOBS

URL, TOKEN = "https://testwick.example/inbound/text", "12345"


@pytest.fixture
def host() -> Iterator[MediaHost]:
    """A provider's host with one picture."""
    with holding(one=Held(encoded(scene()))) as host:
        yield host


@pytest.fixture
def city(sqlite_template: Path, tmp_path: Path, host: MediaHost) -> Iterator[World]:
    """A city that a provider posts to, and that fetches from its host."""
    shutil.copy(sqlite_template, tmp_path / "city.sqlite3")
    world = create_world(
        tmp_path,
        inbound_text_url=URL,
        inbound_text_token=TOKEN,
        inbound_text_hosts=(host.name,),
        inbound_text_login="AC1:secret",
    )
    with world.app.app_context():
        yield world
        db.session.remove()
        db.engine.dispose()


def post(client: FlaskClient, *urls: str, kinds: tuple[str, ...] = ()) -> UUID:
    """A message with files at these addresses; each is a JPEG unless `kinds` say otherwise."""
    form = {"MessageSid": "SM" + "01" * 16, "From": "+48601555017", "To": "+48225550100"}
    form["Body"] = "A hole"
    form["NumMedia"] = str(len(urls))
    for number, url in enumerate(urls):
        kind = kinds[number] if kinds else "image/jpeg"
        form |= {f"MediaUrl{number}": url, f"MediaContentType{number}": kind}
    signed = {"X-Twilio-Signature": signature_of(URL, MultiDict(form), TOKEN)}
    assert client.post("/inbound/text", data=form, headers=signed).status_code == 200
    current_session().rollback()
    return current_session().scalars(sa.select(Lead.id)).one()


def accepted(id_: UUID) -> EnterReport:
    return EnterReport(replace(a_report(1, channel=Channel.TEXT), id=id_))


def photos() -> list[Photo]:
    current_session().rollback()
    return list(current_session().scalars(sa.select(Photo)))


def pieces() -> list[str]:
    return list(current_runtime().media.names("pieces"))


@pytest.mark.slow
def test_a_picture_is_fetched_after_the_request_and_shown_with_the_message(
    city: World, host: MediaHost
) -> None:
    lead = post(city.client(), host.url("/one"))
    desk = city.signed_in(Role.WARD_STAFF)
    page = desk.get(f"/desk/leads/{lead}").text
    assert "One picture is being fetched" in page
    assert host.asked == []
    sealed = current_session().scalars(sa.select(LeadPicture.sealed)).one()
    assert sealed is not None
    assert host.name.encode() not in sealed
    pass_time(city, seconds=1)
    assert [path for path, _login in host.asked] == ["/one"]
    [photo] = photos_of_lead(current_session(), lead)
    shown = desk.get(f"/desk/leads/{lead}").text
    assert f"/desk/photos/{photo.rendering_id}?size=small" in shown
    assert "being fetched" not in shown
    assert desk.get(f"/desk/photos/{photo.rendering_id}").data[:3] == b"\xff\xd8\xff"
    # However long it waits, its photo waits too; and then it is the report's.
    with unit_of_work(OPERATOR) as work:
        work.now += timedelta(days=60)
        sweep_job(KEPT_LEADS).finish(work, [])
    number = do(STAFF, enter_report, accepted(lead)).number
    assert [(one.is_claimed, one.subject_number) for one in photos()] == [(True, number)]
    # The same message posted again is the same, and nothing is fetched twice.
    post(city.client(), host.url("/one"))
    pass_time(city, seconds=1)
    assert (len(host.asked), len(photos())) == (1, 1)


def test_what_comes_after_the_message_was_accepted_comes_to_the_report(
    city: World, host: MediaHost
) -> None:
    lead = post(city.client(), host.url("/later"))
    pass_time(city, seconds=1)
    number = do(STAFF, enter_report, accepted(lead)).number
    host.files["/later"] = host.files["/one"]
    pass_time(city, minutes=2)
    [photo] = photos()
    assert (photo.subject_number, photo.is_claimed, photo.state) == (number, True, "held")
    assert current_session().scalars(sa.select(LeadPicture)).all() == []


def test_only_pictures_from_named_hosts_are_asked_for_and_the_rest_is_counted(
    city: World, host: MediaHost
) -> None:
    with holding(one=Held(b"inside")) as inside:
        kinds = ("image/png", "video/mp4", "image/jpeg")
        lead = post(
            city.client(), inside.url("/one"), host.url("/film"), host.url("/one"), kinds=kinds
        )
        pass_time(city, seconds=1)
        assert inside.asked == []
    assert [path for path, _login in host.asked] == ["/one"]
    page = city.signed_in(Role.WARD_STAFF).get(f"/desk/leads/{lead}").text
    assert "2 more files came with it and were not kept" in page
    assert len(photos()) == 1


def test_a_city_that_named_no_host_fetches_nothing(city: World, host: MediaHost) -> None:
    runtime = current_runtime()
    runtime.settings = replace(runtime.settings, inbound_text_hosts=())
    lead = post(city.client(), host.url("/one"))
    pass_time(city, seconds=1)
    assert host.asked == []
    page = city.signed_in(Role.WARD_STAFF).get(f"/desk/leads/{lead}").text
    assert "One more file came with it and was not kept" in page


def test_a_picture_is_asked_for_again_for_half_a_day_and_then_left_out(
    city: World, host: MediaHost
) -> None:
    host.files["/slow"] = Held(status=503)
    lead = post(city.client(), host.url("/slow"))
    for hours in (0.1, 0.5, 1, 5, 13):
        pass_time(city, hours=hours)
        assert pictures_of_lead(current_session(), lead).waiting == 1
    pass_time(city, hours=13)
    found = pictures_of_lead(current_session(), lead)
    assert (found.waiting, found.left_out) == (0, 1)
    tried = len(host.asked)
    pass_time(city, hours=48)
    assert len(host.asked) == tried == 6
    assert [row.state for row in current_session().scalars(sa.select(Job))].count("failed") == 0


@pytest.mark.slow
def test_a_file_that_is_no_picture_is_seen_to_be_none(city: World, host: MediaHost) -> None:
    host.files["/lie"] = Held(b"<script>alert(1)</script>")
    lead = post(city.client(), host.url("/lie"))
    pass_time(city, seconds=1)
    assert [one.state for one in photos_of_lead(current_session(), lead)] == ["refused"]
    page = city.signed_in(Role.WARD_STAFF).get(f"/desk/leads/{lead}").text
    assert "A file that is no photo" in page


def test_what_is_forgotten_takes_its_pictures_along(city: World, host: MediaHost) -> None:
    host.files["/later"] = Held(status=503)
    lead = post(city.client(), host.url("/one"), host.url("/later"))
    pass_time(city, seconds=1)
    do(STAFF, set_lead_aside, SetLeadAside(lead, "Spam"))
    # One is on its way while the message is forgotten.
    host.files["/later"] = host.files["/one"]
    waiting = current_session().scalars(
        sa.select(Job.id).where(Job.kind == JOB, Job.state == "waiting")
    )
    [job_id] = waiting.all()
    with unit_of_work(OPERATOR) as work:
        picture = work.session.scalars(sa.select(LeadPicture)).one()
        prepared = JOBS[JOB].prepare(work.session, work.now, {"picture": str(picture.id)})  # type: ignore[union-attr]
    with unit_of_work(OPERATOR) as work:
        work.now += SET_ASIDE_FOR + timedelta(seconds=1)
        forget_leads(work, {})
        sweep_job(KEPT_LEADS).finish(work, [])
    assert pieces()
    with unit_of_work(OPERATOR) as work:
        JOBS[JOB].finish(work, prepared)  # type: ignore[union-attr]
    asked = len(host.asked)
    assert not run_job(job_id, {})
    pass_time(city, hours=1)
    assert len(host.asked) == asked
    assert (photos(), pieces()) == ([], [])
    assert current_session().scalars(sa.select(LeadPicture)).all() == []


def test_where_pictures_lie_moves_to_a_new_key(city: World, host: MediaHost) -> None:
    lead = post(city.client(), host.url("/one"))
    key, runtime = new_field_key("k9"), current_runtime()
    runtime.keyring = KeyRing((key, *runtime.settings.field_keys))
    with unit_of_work(OPERATOR) as work:
        assert (reseal_leads(work).count, reseal_leads(work).count) == (2, 0)
    runtime.keyring = KeyRing((key,))
    pass_time(city, seconds=1)
    assert len(photos_of_lead(current_session(), lead)) == 1
