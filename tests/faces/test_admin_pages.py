"""The administration in the browser, from its forms to what everybody sees."""

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

from administering import Admin, fields_of
from babel.dates import format_date
from page_reader import read_page
from worlds import IN_SE, World, a_report, csrf

from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.core.jobs import Job
from backend.core.uow import unit_of_work
from backend.reports.answer_templates import templates_for
from backend.reports.catalogue import city_catalogue
from backend.reports.file_report import file_report
from backend.reports.workflow import State

PAGES = (
    "/admin",
    "/admin/services",
    "/admin/services/new",
    "/admin/services/POTHOLE",
    "/admin/teams",
    "/admin/routes?service=POTHOLE",
    "/admin/calendar",
    "/admin/hazard-words?try=gas",
    "/admin/policy",
    "/admin/templates",
    "/admin/templates/new",
    "/admin/users",
    "/admin/keys",
    "/admin/catalogue",
    "/admin/running",
)


def test_every_page_stands_by_itself(sqlite_city: World) -> None:
    admin = Admin(sqlite_city)
    for path in PAGES:
        assert read_page(admin.client.get(path).text).faults == [], path


def test_a_service_is_shown_before_it_moves_the_queue(sqlite_city: World) -> None:
    with unit_of_work(ANONYMOUS) as work:
        file_report(work, a_report(1, IN_SE))
    admin = Admin(sqlite_city)
    path = "/admin/services/POTHOLE"
    form = admin.form(path) | {"csrf_token": admin.token}
    saved = admin.client.post(path, data=form)
    assert saved.status_code == 302
    assert "Nothing was changed" in admin.sees(path)
    changed = form | {
        "severity_band": "1",
        "name-es": "Bache",
        "keywords-es": "bache*, hoyo",
        "attribute-0-code": "DEPTH",
        "attribute-0-datatype": "singlevaluelist",
        "attribute-0-description": "How deep?",
        "attribute-0-choices": "s = A finger\nd = A hand",
        "attribute-0-choices-es": "s = Un dedo",
    }
    preview = admin.client.post(path, data=changed)
    assert preview.status_code == 200
    assert "Of 1 open reports it is about" in preview.text
    assert city_catalogue(current_session()).services["POTHOLE"].severity_band == 2
    looked = fields_of(unescape(preview.text)) | {"csrf_token": admin.token}
    assert admin.client.post(path, data=looked).status_code == 302
    current_session().rollback()
    service = city_catalogue(current_session()).services["POTHOLE"]
    assert (service.severity_band, service.in_language("es").name) == (1, "Bache")
    assert service.in_language("es").keywords == ("bache*", "hoyo")
    [question] = service.attributes
    assert question.choices == {"s": "A finger", "d": "A hand"}
    assert question.translations["es"]["choices"] == {"s": "Un dedo"}
    stale = form | {"severity_band": "1", "name": "Hole"}
    assert "Somebody else changed this" in admin.sends(path, 409, **stale)
    refused = admin.sends(path, 422, **looked | {"target_hours": "soon"})
    assert "The field Target in hours must be a whole number" in refused
    hidden = "must be text without the hidden character U+202E, which is number 3 in it."
    twice = {f"attribute-1-{name}": "string" for name in ("datatype", "description")}
    twice |= {"attribute-1-code": "DEPTH", "attribute-1-position": "9"}
    for fields, said in (
        ({"keywords": "pothole*, *"}, "must be words without a lone *, which would stand for"),
        ({"keywords-es": "*"}, "keywords in it is a list without a lone *"),
        ({"name": "Po\u202ethole"}, f"The field Name {hidden}"),
        ({"name": "Pothole" * 40}, "The field Name must be text of at most 120 characters."),
        (twice, "The field Question 2 must be a question with a code of its own: DEPTH is"),
    ):
        assert said in unescape(admin.sends(path, 422, **looked | fields)), said
    gone = admin.form(path) | {"attribute-0-gone": "yes"}
    admin.sends(path, **gone)
    current_session().rollback()
    assert city_catalogue(current_session()).services["POTHOLE"].attributes == ()
    admin.sends(path + "/removal", 409, seen=admin.seen(path))


def test_teams_routes_days_words_and_rules(sqlite_city: World) -> None:
    admin = Admin(sqlite_city)
    team = {"kind": "team", "code": "ROADS", "name": "Roads", "is_active": "yes", "seen": ""}
    admin.sends("/admin/teams", **team)
    assert "There is one already" in admin.sends("/admin/teams", 409, **team)
    admin.sends("/admin/routes", service="POTHOLE", district="", taker="team:ROADS", seen="")
    assert "<strong>Roads</strong>" in admin.sees("/admin/routes?service=POTHOLE")
    assert "leads to one team" in admin.sends("/admin/routes", 422, taker="", is_new="yes")
    seen = admin.seen("/admin/teams", after="ROADS")
    closing = team | {"seen": seen, "is_active": ""}
    assert "by 1 routes" in admin.sends("/admin/teams", 409, **closing)
    mark = admin.seen("/admin/routes", after="Routes in force")
    admin.sends("/admin/routes/removal", service="POTHOLE", district="", seen=mark)
    admin.sends("/admin/teams/removal", kind="team", code="ROADS", seen=seen)
    admin.sends("/admin/calendar/holidays", day="2026-12-25", name="Christmas")
    assert "25 Dec 2026" in admin.sees("/admin/calendar")
    admin.sends("/admin/calendar/holidays/removal", day="2026-12-25")
    admin.sends("/admin/calendar", seen=admin.seen("/admin/calendar"), **{"day-0": "yes"})
    words = "gas leak*\r\nlive wire"
    admin.sends(
        "/admin/hazard-words", language="en", words=words, seen=admin.seen("/admin/hazard-words")
    )
    for lines, said in (
        ("gas leak\n*", "a list without a lone *"),
        (61 * "x", "a list of words, each"),
    ):
        told = admin.sends("/admin/hazard-words", 422, language="en", words=lines)
        assert f"The field Words must be {said}" in told
    assert "Danger, because of “gas leak”" in admin.sees("/admin/hazard-words?try=GAS leaking")
    policy = {"confirm_days": "21", "seen": admin.seen("/admin/policy")}
    admin.sends("/admin/policy", **policy)
    assert "Somebody else changed" in admin.sends("/admin/policy", 409, **policy)
    current_session().rollback()
    kept = city_catalogue(current_session()).policy
    assert (kept.working_week, kept.confirm_days, kept.needs_photo_approval) == (
        "W------",
        21,
        False,
    )
    lately = admin.sees("/admin")
    assert "What the city decided reports was changed: Days to say that it is not done" in lately
    assert "<td>14</td>" in lately


def test_the_whole_catalogue_goes_out_and_comes_back_after_a_look(sqlite_city: World) -> None:
    admin = Admin(sqlite_city)
    file = admin.client.get("/admin/catalogue.toml").text.replace("Pothole", "Hole ünd more")

    def bring(**fields: Any) -> Any:
        form = {"csrf_token": admin.token, **fields}
        return admin.client.post("/admin/catalogue", data=form, content_type="multipart/form-data")

    sent = bring(file=(io.BytesIO(file.encode()), "city.toml"))
    assert sent.status_code == 200
    assert "One entry would be another" in sent.text
    shown = fields_of(unescape(sent.text))
    assert "Pothole" in admin.sees("/admin/services")
    assert bring(**shown | {"seen": "0"}).status_code == 409
    assert bring(**shown).status_code == 302
    assert "Hole ünd more" in admin.sees("/admin/services")
    again = bring(file=(io.BytesIO(file.encode()), "city.toml"))
    assert "says what is in force already" in again.text
    wrong = bring(file=(io.BytesIO(b"[[service]]\ncode = 1"), "city.toml"))
    assert (wrong.status_code, "city.toml, line 2" in wrong.text) == (422, True)
    deep = bring(file=(io.BytesIO(b"a = " + 5_000 * b"["), "city.toml"))
    said = "city.toml: brackets stand in brackets too many times."
    assert (deep.status_code, said in deep.text) == (422, True)
    assert bring().status_code == 422


def test_a_template_is_looked_at_and_offered(sqlite_city: World) -> None:
    admin = Admin(sqlite_city)
    form = {
        "name": "Done",
        "step": "resolved",
        "is_active": "yes",
        "services": ["POTHOLE", "BENCH"],
    }
    admin.sends("/admin/templates/new", 422, **form | {"text-en": "Soon.", "act": "loock"})
    loud = form | {"text-en": "IT IS FIXED!", "act": "look"}
    looked = admin.sends("/admin/templates/new", 200, **loud)
    assert "reads like shouting" in looked
    assert "IT IS FIXED!" in looked
    assert looked.count(" checked") == 3
    # A day is written as whoever reads the text writes it, not as whoever looks at it here does.
    days = {"text-en": "Again on {day}.", "text-es": "De nuevo el {day}.", "act": "look"}
    week = sqlite_city.clock.now() + timedelta(days=7)
    written = admin.sends("/admin/templates/new", 200, **form | days)
    for language, words in (("en", "Again on"), ("es", "De nuevo el")):
        assert f"{words} {format_date(week, 'full', locale=language)}." in written
    refused = admin.sends("/admin/templates/new", 422, **form | {"text-en": "{name}"})
    assert "only {number}, {service}, {street}, {day} are filled in" in refused
    refused = admin.sends("/admin/templates/new", 422, **form | {"text-en": "Soon {} and }"})
    assert "The text has {}, }, and only" in refused
    admin.sends("/admin/templates/new", **form | {"text-en": "We will look again on {day}."})
    [offered] = templates_for(current_session(), State.RESOLVED, "BENCH")
    path = f"/admin/templates/{offered.id}"
    assert "Nothing stands out" in admin.sees(path)
    seen = admin.seen(path)
    admin.sends(path, **form | {"text-en": "It is done.", "seen": seen, "is_active": ""})
    assert "1 thing to look at" in admin.sees("/admin/templates")


def test_somebody_new_chooses_a_password_nobody_else_knows(sqlite_city: World) -> None:
    admin = Admin(sqlite_city)
    # Ids that the city's own accounts have.
    for number in range(5):
        admin.sends("/admin/calendar/holidays", day=f"2026-05-0{number + 1}", name="May")
    made = admin.client.post(
        "/admin/users",
        data={"csrf_token": admin.token, "username": "eve", "display_name": "", "role": "analyst"},
    )
    found = re.search(r"http://localhost(/start/[^<]+)", made.text)
    assert found
    assert made.headers["Cache-Control"] == "no-store"
    guest = sqlite_city.client()
    token = csrf(guest)

    def choose(password: str, again: str) -> Any:
        typed = {"csrf_token": token, "password": password, "again": again}
        return guest.post(found[1], data=typed)

    assert f'action="{found[1]}"' in guest.get(found[1]).text
    differ = choose("a bell under it", "a bell over it")
    assert (differ.status_code, "a bell" in differ.text) == (422, False)
    assert choose("a bell under it", "a bell under it").status_code == 302
    assert guest.get(found[1]).status_code == 410
    typed = {"csrf_token": token, "username": "eve", "password": "a bell under it"}
    assert guest.post("/sign-in", data=typed).status_code == 302
    assert guest.get("/admin").status_code == 403
    mine = made.text[made.text.index('<span class="number-tag">eve') :]
    account = re.search(r"/admin/users/([0-9a-f-]{36})/role", mine)
    assert account
    admin.sends(f"/admin/users/{account[1]}/role", role="admin", seen="analyst")
    assert guest.get("/admin").status_code == 200
    admin.sends(f"/admin/users/{account[1]}", act="sign-out")
    assert guest.get("/admin").status_code == 401
    admin.sends(f"/admin/users/{account[1]}", act="disable")
    own = re.search(r"/admin/users/([0-9a-f-]{36})/link", admin.sees("/admin/users"))
    assert own
    assert "your own account" in admin.sends(f"/admin/users/{own[1]}", 409, act="disable")


def test_a_key_is_shown_once_and_its_use_is_seen(sqlite_city: World) -> None:
    admin = Admin(sqlite_city)
    made = admin.sends("/admin/keys", 200, holder="FixMyTown", channel="app")
    key = re.search(r"evk_[\w-]{20,}", made)
    assert key
    assert key[0] not in admin.sees("/admin/keys")
    assert "not yet" in admin.sees("/admin/keys")
    lon, lat = IN_SE
    report = {"service_code": "POTHOLE", "lat": lat, "long": lon, "description": "Deep"}
    client = sqlite_city.client()
    sent = client.post("/open311/v2/requests.json", data={"api_key": key[0], **report})
    assert sent.status_code == 200, sent.text
    assert "2 Mar 2026" in admin.sees("/admin/keys")
    assert "not yet" not in admin.sees("/admin/keys")
    admin.sends("/admin/keys/revocation", prefix=key[0][:12])
    refused = client.post("/open311/v2/requests.json", data={"api_key": key[0], **report})
    assert refused.status_code == 403


def test_what_runs_hides_secrets_and_failed_work_is_tried_again(sqlite_city: World) -> None:
    admin = Admin(sqlite_city)
    with unit_of_work(ANONYMOUS) as work:
        job = Job(
            id=work.runtime.ids.uuid(),
            kind="fit_rates",
            payload={},
            state="failed",
            created_at=work.now,
            due_at=work.now,
            last_error="ValueError",
        )
        work.session.add(job)
        job_id = job.id
    page = admin.sees("/admin/running")
    assert "ValueError" in page
    assert "EVENWARD_HASH_KEY" in page
    assert not any(secret in page for secret in ("hash 1", "secret 1", "k1:"))
    admin.sends("/admin/running/jobs", job="nonsense")
    assert "Nothing was left" in admin.sees("/admin/running")
    admin.sends("/admin/running/jobs", job=str(job_id))
    assert "Nothing failed" in admin.sees("/admin/running")
    assert "is tried again, 1 times" in admin.sees("/admin")
