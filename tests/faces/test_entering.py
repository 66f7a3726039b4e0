"""Typing for others on one screen: a call, a batch of paper, a visit; without any script."""

import io
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do
from flask.testing import FlaskClient
from pictures import encoded, scene
from shapely import LineString
from werkzeug.test import TestResponse
from worlds import IN_SW, STAFF, World, a_report, csrf

from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.models import Photo
from backend.photos.rules import MAX_BYTES
from backend.places.import_places import import_places
from backend.places.place_file import PlaceFile, ReadAddress, ReadPlace
from backend.places.place_map import STREET
from backend.places.typed_name import HouseNumber
from backend.reports.duplicates.models import Exposure
from backend.reports.file_report import file_report, filed_by
from backend.reports.intake.check_entries import entry_faults
from backend.reports.intake.commands import EnterReport, KeepLead, LeadWords, SetLeadAside
from backend.reports.intake.enter_report import enter_report
from backend.reports.intake.keep_lead import keep_lead
from backend.reports.intake.models import EnteredReport
from backend.reports.intake.settle_lead import set_lead_aside
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Contact, HazardWord, Service, ServiceAttribute, ServiceRequest

PAGE = "/desk/enter"


@pytest.fixture
def desk(sqlite_city: World) -> FlaskClient:
    """Signed in at the desk of a city with one address, and words it understands."""
    house = ReadAddress("Mill Lane", HouseNumber("3", 3, 3), *IN_SW, is_exact=True)
    lon, lat = IN_SW
    line = LineString([(lon + 0.001, lat), (lon + 0.002, lat)])
    street = ReadPlace(STREET, "Old Quay", line)
    with unit_of_work(OPERATOR) as work:
        import_places(work, PlaceFile("houses.gpkg", "0" * 64, (street,), (house,)))
        work.session.get_one(Service, "POTHOLE").keywords = "hole,pothole"
        work.session.add(HazardWord(language="en", word="gas"))
        mark_catalogue(work)
    return sqlite_city.signed_in(Role.WARD_STAFF)


def form_of(page: str) -> dict[str, str]:
    """What the form holds as it is drawn: hidden fields, words, what is chosen."""
    form = page[page.index('id="enter"') :]
    form = form[: form.index("</form>")]
    held = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    held |= dict(re.findall(r'<input class="input" id="\S+" name="(\S+)" .*?value="([^"]*)"', form))
    held |= dict(re.findall(r'type="radio" name="(\w+)" value="([^"]*)" checked', form))
    for select in re.findall(r'<select.*?name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', select[1])
        held[select[0]] = chosen[1] if chosen else ""
    return {name: unescape(value) for name, value in held.items()}


def send(client: FlaskClient, form: dict[str, Any], act: str) -> TestResponse:
    return client.post(PAGE, data={**form, "act": act}, follow_redirects=True)


def looked_up(client: FlaskClient, path: str = PAGE, **typed: str) -> tuple[str, dict[str, str]]:
    words = {"description": "A deep hole", "address": "mill lane 3"}
    form = form_of(client.get(path).text) | words | typed
    page = send(client, form, "look").text
    return page, form_of(page) | {"description": form["description"]}


def the_requests() -> list[ServiceRequest]:
    current_session().rollback()
    order = ServiceRequest.received_at, ServiceRequest.id
    return list(current_session().scalars(sa.select(ServiceRequest).order_by(*order)))


def test_a_call_is_a_report_in_two_steps(desk: FlaskClient) -> None:
    page, form = looked_up(desk)
    # The words say what it is, the address where; both stand there to be read out.
    assert (form["service_code"], form["channel"]) == ("POTHOLE", "phone")
    assert form["place"].endswith("Mill Lane 3, SW side")
    assert "The city would mean to act by" in page
    told = {"contact_phone": "030 5550100", "may_tell": "yes"}
    saved = send(desk, form | told, "save")
    [report] = the_requests()
    assert saved.request.path == PAGE
    assert report.number in saved.text
    assert 'name="description" rows="3"' in saved.text
    assert re.search(r"autofocus></textarea>", saved.text)
    assert (report.channel, report.address) == ("phone", "Mill Lane 3, SW side")
    [contact] = current_session().scalars(sa.select(Contact))
    opened = current_runtime().keyring.open(contact.sealed, report.id.bytes)
    assert opened == {"phone": "030 5550100"}
    # Sent twice by an impatient finger it is one.
    assert report.number in send(desk, form | told, "save").text
    assert len(the_requests()) == 1


def test_who_typed_it_is_kept_for_the_desk_and_sealed_in_the_log(desk: FlaskClient) -> None:
    send(desk, looked_up(desk)[1], "save")
    [report] = the_requests()
    entered = current_session().get_one(EnteredReport, report.id)
    assert entered.entered_by.startswith("staff:")
    last = sa.select(Decision).where(Decision.action == "report.filed")
    filed = current_session().scalars(last).one()
    assert filed.actor == "resident"
    assert filed_by(current_runtime(), report.number, entered.entered_by) in filed.facts
    assert entered.entered_by not in desk.get(f"/reports/{report.number}").text
    assert "typed by Ward_Staff" in desk.get(f"/desk/incidents/{report.number}").text
    assert list(entry_faults(current_session(), current_runtime())) == []
    # Whoever changes it afterwards is found out.
    entered.entered_by = STAFF.key
    [fault] = entry_faults(current_session(), current_runtime())
    assert fault.sequence == filed.sequence


def test_danger_is_said_as_soon_as_words_or_kind_mean_it(desk: FlaskClient) -> None:
    for typed in ({"description": "It smells of gas"}, {"service_code": "WIRES"}):
        assert "They should call 112 first" in looked_up(desk, **typed)[0]
    assert "They should call" not in looked_up(desk)[0]


def test_nothing_is_saved_for_a_place_nobody_has_read_out(desk: FlaskClient) -> None:
    _page, form = looked_up(desk)
    refused = send(desk, form | {"address": "mill lane 30"}, "save")
    assert refused.status_code == 422
    assert 'href="#address"' in refused.text
    for missing, field in (({"description": " "}, "description"), ({"service_code": ""}, "x")):
        # A kind that the words point to is filled in again; words are nobody's but theirs.
        again = send(desk, form | missing, "save")
        assert again.status_code == 422
        assert f'href="#{field}"' in again.text or field == "x"
    assert the_requests() == []
    _page, form = looked_up(desk, address="50.003, 10.004")
    send(desk, form, "save")
    [report] = the_requests()
    assert (report.lon, report.lat, report.address) == (10.004, 50.003, None)


def test_what_is_known_already_is_asked_about_and_counted(desk: FlaskClient) -> None:
    known = do(ANONYMOUS, file_report, a_report(1, description="Deep hole by the mill")).number
    page, form = looked_up(desk)
    assert "Is it this one?" in page
    refused = send(desk, form, "save")
    assert refused.status_code == 422
    assert 'href="#same"' in refused.text
    saved = send(desk, form | {"same": known, "contact_name": "Ada"}, "save")
    assert "2 people have reported it" in saved.text
    first, second = the_requests()
    assert second.incident_id == first.incident_id
    assert second.description == "A deep hole"
    [shown] = current_session().scalars(sa.select(Exposure))
    assert (shown.incident_id, shown.channel) == (first.incident_id, "phone")
    other = looked_up(desk)[1] | {"same": "none"}
    send(desk, other, "save")
    assert len({one.incident_id for one in the_requests()}) == 2


@pytest.mark.parametrize("answer", [None, "none", "known"])
def test_a_call_whose_answer_was_lost_is_sent_again_as_the_same(
    desk: FlaskClient, answer: str | None
) -> None:
    if answer is not None:
        known = do(ANONYMOUS, file_report, a_report(1, description="Deep hole by the mill")).number
    form = looked_up(desk)[1]
    if answer is not None:
        form["same"] = known if answer == "known" else answer
        form["shown"] = known
    before = len(the_requests())
    assert "Saved" in send(desk, form, "save").text
    number = the_requests()[-1].number
    # Nobody saw that; it is sent again as it is, and again after one more look at it.
    looked = send(desk, form, "look").text
    assert "Saved. Read it out:" in looked
    assert "Is it this one?" not in looked
    for again in (form, form_of(looked) | {"description": form["description"]}):
        page = send(desk, again, "save").text
        assert "Saved. Read it out:" in page
        assert f'<span class="saved-number figure">{number}</span>' in page
    assert len(the_requests()) == before + 1
    assert len(list(current_session().scalars(sa.select(Exposure)))) == (answer is not None)
    # Other words are another report: what the first was is said, and none of them is lost.
    other = send(desk, form | {"description": "Two deep holes"}, "save")
    assert other.status_code == 409
    assert "This form was sent before" in other.text or "Something else was sent" in other.text
    assert ">Two deep holes</textarea>" in other.text
    assert f'<span class="saved-number figure">{number}</span>' in other.text


def test_what_is_typed_of_a_message_stays_when_a_colleague_was_faster(desk: FlaskClient) -> None:
    said = LeadWords("+48601555017", "A hole")
    ids = [do(ANONYMOUS, keep_lead, KeepLead(Channel.TEXT, f"SM{n}", said)).id for n in range(2)]
    words = {"description": "A deep hole, by the mill", "contact_name": "Dorothea"}
    forms = [looked_up(desk, f"/desk/leads/{id_}", **words)[1] for id_ in ids]
    assert [form["lead"] for form in forms] == [str(id_) for id_ in ids]
    do(STAFF, set_lead_aside, SetLeadAside(ids[0], "An advertisement"))
    late = send(desk, forms[0], "save")
    assert late.status_code == 409
    for kept in (">A deep hole, by the mill</textarea>", 'value="Dorothea"', "An advertisement"):
        assert kept in late.text
    taken_up = send(desk, form_of(late.text) | words, "take_up")
    assert taken_up.status_code == 200
    assert ">A deep hole, by the mill</textarea>" in taken_up.text
    saved = send(desk, form_of(taken_up.text) | words, "save").text
    [first] = the_requests()
    assert f"It is report {first.number} now." in saved
    assert first.description == words["description"]
    command = a_report(2, channel=Channel.TEXT, description="A hole")
    theirs = do(STAFF, enter_report, EnterReport(replace(command, id=ids[1]))).number
    late = send(desk, forms[1], "save")
    assert late.status_code == 409
    assert f"A colleague made it report {theirs} meanwhile." in late.text
    assert ">A deep hole, by the mill</textarea>" in late.text


def test_what_a_kind_asks_is_asked_on_the_same_screen(desk: FlaskClient) -> None:
    with unit_of_work(OPERATOR) as work:
        asked = {"code": "DEPTH", "datatype": "number", "description": "How deep?"}
        work.session.add(
            ServiceAttribute(service_code="POTHOLE", position=1, is_required=True, **asked)
        )
        mark_catalogue(work)
    page, form = looked_up(desk)
    assert "How deep?" in page
    assert 'href="#attribute-DEPTH"' in send(desk, form, "save").text
    send(desk, form | {"attribute-DEPTH": "9"}, "save")
    assert the_requests()[0].attributes == {"DEPTH": ["9"]}


def test_a_batch_of_paper_goes_on_from_sheet_to_sheet(desk: FlaskClient) -> None:
    typed = {"batch": "12", "sheet": "1", "said_on": "2025-11-30", "channel": "paper"}
    _page, form = looked_up(desk, f"{PAGE}?way=paper", **typed)
    saved = send(desk, form, "save")
    [report] = the_requests()
    # The day they wrote it, though months ago; the city's clock runs from today.
    assert report.requested_at.date().isoformat() == "2025-11-30"
    following = form_of(saved.text)
    kept = {name: following[name] for name in typed}
    assert kept == typed | {"sheet": "2"}
    again = looked_up(desk, f"{PAGE}?way=paper", **typed)[1] | {"same": "none"}
    refused = send(desk, again, "save")
    assert refused.status_code == 409
    assert report.number in refused.text
    for wrong in ({"said_on": "2027-01-01"}, {"sheet": ""}, {"sheet": "x"}):
        assert send(desk, again | {"sheet": "2"} | wrong, "save").status_code == 422
    assert len(the_requests()) == 1


def test_a_batch_is_the_same_however_its_name_is_written(desk: FlaskClient) -> None:
    typed = {"batch": "Große Kirche", "sheet": "7", "said_on": "2025-11-30", "channel": "paper"}
    page = f"{PAGE}?way=paper"
    send(desk, looked_up(desk, page, **typed)[1], "save")
    [report] = the_requests()
    for name in ("große kirche", "GROSSE KIRCHE", " Große  Kirche", "GROẞE Kirche"):
        again = looked_up(desk, page, **typed | {"batch": name})[1] | {"same": "none"}
        refused = send(desk, again, "save")
        assert (refused.status_code, report.number in refused.text) == (409, True)
    # Another batch may have a sheet 7 of its own, and the same batch goes on after it.
    others = ({"batch": "Kirche"}, {"batch": "grosse kirche", "sheet": "8"})
    for other in others:
        form = looked_up(desk, page, **typed | other)[1] | {"same": "none"}
        following = form_of(send(desk, form, "save").text)
        assert following["batch"] == other["batch"]
    assert following["sheet"] == "9"
    assert current_session().get_one(EnteredReport, report.id).batch == "Große Kirche"


def test_a_visit_stays_at_its_place(desk: FlaskClient) -> None:
    _page, form = looked_up(desk, f"{PAGE}?way=visit")
    assert form["channel"] == "outreach"
    following = form_of(send(desk, form, "save").text)
    assert {name: following[name] for name in ("address", "place", "channel")} == {
        name: form[name] for name in ("address", "place", "channel")
    }
    again = form_of(send(desk, following | {"description": "A hole again"}, "look").text)
    send(desk, again | {"description": "A hole again", "same": "none"}, "save")
    assert [one.channel for one in the_requests()] == ["outreach"] * 2


def test_the_sheet_to_print_asks_what_the_desk_types(sqlite_city: World) -> None:
    page = sqlite_city.client().get("/report/paper").text
    assert "call 112 now" in page
    assert "Pothole" in page
    # Nobody writes on paper about danger.
    assert "Exposed wires" not in page


def test_only_the_desk_types_for_others(sqlite_city: World) -> None:
    analyst = sqlite_city.signed_in(Role.ANALYST)
    sent = analyst.post(PAGE, data={"act": "save", "csrf_token": csrf(analyst)})
    assert sent.status_code == 403


def with_photos(form: dict[str, Any], *photos: bytes) -> dict[str, Any]:
    """The form with what somebody shows at the counter."""
    files = [(io.BytesIO(data), f"{n}.jpg") for n, data in enumerate(photos)]
    return form | {"photos": files}


def kept() -> list[Photo]:
    current_session().rollback()
    return list(current_session().scalars(sa.select(Photo).order_by(Photo.opened_at, Photo.id)))


def test_photos_stay_while_the_form_goes_back_and_forth(desk: FlaskClient) -> None:
    one, other = encoded(scene(seed=1)), encoded(scene(seed=2))
    _page, form = looked_up(desk)
    looked = send(desk, with_photos(form, one), "look").text
    assert "One photo is here and goes with the report" in looked
    # Refused for what is missing: nobody has to choose it again.
    wrong = form | {"address": "mill lane 30"}
    refused = send(desk, with_photos(wrong, other), "save")
    assert refused.status_code == 422
    assert "2 photos are here and go with the report" in refused.text
    assert refused.text.count("A photo is being opened") == 2
    saved = send(desk, with_photos(form, one), "save").text
    [report] = the_requests()
    assert {(photo.subject_id, photo.subject_number, photo.is_claimed) for photo in kept()} == {
        (report.id, report.number, True)
    }
    assert len(kept()) == 2
    # The next call has none.
    assert "goes with the report" not in saved


def test_what_cannot_be_a_photo_of_a_report_keeps_nothing(desk: FlaskClient) -> None:
    _page, form = looked_up(desk)
    many = send(desk, with_photos(form, *(encoded(scene(seed=n)) for n in range(7))), "save")
    assert many.status_code == 409
    assert 'href="#photos"' in many.text
    assert "A deep hole" in many.text
    large = send(desk, with_photos(form, b"\xff\xd8\xff" + bytes(MAX_BYTES)), "look")
    assert large.status_code == 413
    # The test client writes what is large to a file and leaves it open.
    large.request.environ["wsgi.input"].close()
    assert (kept(), the_requests()) == ([], [])
    # A browser sends an empty part where nobody has chosen a file.
    empty = form | {"photos": (io.BytesIO(b""), "")}
    assert send(desk, empty, "save").status_code == 200
    assert (kept(), len(the_requests())) == ([], 1)


def test_consent_needs_a_way_to_tell(desk: FlaskClient) -> None:
    _page, form = looked_up(desk)
    refused = send(desk, form | {"may_tell": "yes"}, "save")
    assert refused.status_code == 422
    assert 'href="#contact_phone"' in refused.text
    wrong = send(desk, form | {"may_tell": "yes", "contact_email": "ada"}, "save")
    assert 'href="#contact_email"' in wrong.text
    assert the_requests() == []


@pytest.mark.parametrize("phone", ["12ab", "1234", "call me", "+-()./ "])
def test_a_phone_number_that_cannot_be_one_is_refused(desk: FlaskClient, phone: str) -> None:
    _page, form = looked_up(desk)
    refused = send(desk, form | {"contact_phone": phone, "may_tell": "yes"}, "save")
    assert (refused.status_code, 'href="#contact_phone"' in refused.text) == (422, True)
    assert the_requests() == []


@pytest.mark.parametrize("email", ["not a mail", "ada@", "@example.org", "030 5550100"])
def test_a_mail_address_that_cannot_be_one_is_refused(desk: FlaskClient, email: str) -> None:
    _page, form = looked_up(desk)
    refused = send(desk, form | {"contact_email": email}, "save")
    assert (refused.status_code, 'href="#contact_email"' in refused.text) == (422, True)
    assert the_requests() == []


def test_contacts_are_taken_as_people_say_them(desk: FlaskClient) -> None:
    for phone in ("+48 22 555-01-00", "(030) 555.01/00", "55501"):
        _page, form = looked_up(desk, address="50.003, 10.004")
        typed = form | {
            "contact_phone": phone,
            "contact_email": "ada+x@example.org",
            "same": "none",
        }
        assert send(desk, typed, "save").status_code == 200
    assert len(the_requests()) == 3


def test_what_residents_send_themselves_is_never_refused_for_its_contact(desk: FlaskClient) -> None:
    do(ANONYMOUS, file_report, a_report(1, contact={"phone": "12ab", "email": "not a mail"}))
    assert len(the_requests()) == 1


def test_a_number_the_map_does_not_know_stays_in_the_address(desk: FlaskClient) -> None:
    page, form = looked_up(desk, address="Old Quay 7")
    assert form["place"].endswith(",Old Quay 7, SW side")
    assert "the map does not know this number" in page
    assert send(desk, form, "save").status_code == 200
    assert [one.address for one in the_requests()] == ["Old Quay 7, SW side"]
    page, form = looked_up(desk, address="Old Quay")
    assert form["place"].endswith(",Old Quay, SW side")
    assert "ask for a house number" in page


def test_outside_the_city_nothing_is_promised(desk: FlaskClient) -> None:
    page, form = looked_up(desk, address="0,0")
    assert "outside the city" in page
    assert "The city would mean to act by" not in page
    saved = send(desk, form, "save").text
    assert "so it promises no day" in saved
    assert "The city means to act by" not in saved
    inside, _form = looked_up(desk)
    assert "outside the city" not in inside
    assert "The city would mean to act by" in inside
