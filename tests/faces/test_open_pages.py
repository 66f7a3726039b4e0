"""The open pages: what anybody reads of the city, also while its records are busy or away."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from acting import do
from audited import DISTRICTS, audited, bring_in
from flask import g, session
from flask_wtf.csrf import generate_csrf
from worlds import IN_NW, NOON, STAFF, World, a_report

from backend.app import build_runtime
from backend.audits.findings.parameters import Kind
from backend.audits.models import Finding
from backend.core import check_log
from backend.core.access import declared_access
from backend.core.actors import ANONYMOUS, Role
from backend.core.db import db
from backend.core.runtime import EXTENSION, Runtime
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.models import Incident, Service
from backend.reports.workflow import State
from backend.web import kept_pages
from backend.web.public import open_reports_view
from backend.web.public.method_text import method_names, method_text

MARKED = "You see this page as it was"
# Their names without the face's.
FORMS = "new_proposal point_at_place new_report report_place paper_report sign_in start"
OWN = "find_report own_proposal report_sent stop_mails"
OF_THE_PROGRAM = "built static problem today_worker recount log_check"
DATA = (
    "decisions_file election_file result_file finding_csv finding_json finding_file "
    "preregistration_json promises_csv plain_map public_coverage public_tile"
)


def file(number: int, **changes: object) -> str:
    with unit_of_work(ANONYMOUS) as work:
        return file_report(work, a_report(number, **changes)).number


def numbers(page: str) -> list[str]:
    return re.findall(r'class="open-report stack-close" id="(\w+)"', page)


def read(world: World, path: str) -> str:
    answer = world.client().get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def told_to(world: World, **settings: object) -> None:
    """The city as its operator set it up; its runtime is its own."""
    runtime: Runtime = world.app.extensions[EXTENSION]
    changed = replace(runtime.settings, **settings)  # type: ignore[arg-type]
    world.app.extensions[EXTENSION] = build_runtime(changed, runtime.clock, runtime.ids)


def test_settled_lately_is_what_was_put_right_in_thirty_days(city: World) -> None:
    for number, state in enumerate((State.RESOLVED, State.REFUSED, State.RESOLVED), start=1):
        with unit_of_work(STAFF) as work:
            filed = file_report(work, a_report(number))
            change_status(work, ChangeStatus(filed.number, state, 1, "Looked after"))
    file(4)
    db.session.execute(
        sa.update(Incident).where(Incident.number == filed.number).values(state=State.CONFIRMED)
    )
    db.session.commit()
    settled = r"settled in the last 30 days</dt><dd>(\d+)"
    assert re.findall(settled, read(city, "/")) == ["2"]
    city.clock.advance(days=31)
    assert re.findall(settled, read(city, "/")) == ["0"]


def test_the_list_is_what_the_address_asks_for(city: World) -> None:
    hole = file(1)
    city.clock.advance(days=2)
    bench, late = file(2, service_code="BENCH", place=IN_NW), file(3, description="By the oak")
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(hole, State.REFUSED, 1, "Not ours"))
    assert numbers(read(city, "/reports")) == [late, bench]
    assert numbers(read(city, "/reports?state=all")) == [late, bench, hole]
    assert numbers(read(city, "/reports?state=closed")) == [hole]
    assert numbers(read(city, "/reports?kind=BENCH")) == [bench]
    assert numbers(read(city, "/reports?district=NW")) == [bench]
    assert numbers(read(city, "/reports?words=OAK")) == [late]
    assert numbers(read(city, "/reports?state=all&words=oak")) == [late]
    assert numbers(read(city, "/reports?state=all&since=2026-03-03")) == [late, bench]
    refused = read(city, "/reports?kind=%3Cb%3E&since=tomorrow")
    assert numbers(refused) == [late, bench]
    assert "We do not know “&lt;b&gt;”" in refused
    assert "We do not know “tomorrow”" in refused
    unknown = read(city, "/reports?unknown=1&district=NW&before=")
    assert numbers(unknown) == [bench]
    assert "Nobody knows the filter “unknown”." in unknown
    assert "Nobody knows" not in refused
    assert 'href="/feeds/requests.atom?district=NW"' in read(city, "/reports?district=NW")
    several = read(city, "/reports?state=open&state=closed&district=SW")
    assert "Only one can be asked for at a time" in several
    assert "“open, closed”" in several
    assert "We do not know" not in several


def test_pages_follow_one_another_whatever_comes_in(
    city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_reports_view, "PAGE_SIZE", 2)
    # In one moment: the order is that of ids.
    filed = [file(number) for number in range(1, 6)][::-1]
    seen, address = [], "/reports"
    while True:
        page = read(city, address)
        seen += numbers(page)
        file(100 + len(seen))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        if older is None:
            break
        address = older[1].replace("&amp;", "&")
    assert seen == filed


def test_no_count_is_shaded_before_an_audit_and_no_hidden_figure_shown(sqlite_city: World) -> None:
    bare = read(sqlite_city, "/reports")
    assert "Reports are not problems." in bare
    assert "No audit has told yet" in bare
    assert "step-0" not in bare
    assert read(sqlite_city, "/served").count("No audit has told yet") == 1
    finding = audited(bring_in(), Kind.CLOSING)
    served, result = read(sqlite_city, "/served"), json.loads(finding.result)
    lines = [
        one
        for one in result["measures"]
        if one["grouping"] == "districts" and one["metric"] == "closed-without-action"
    ]
    assert len(lines) == DISTRICTS
    assert "of every 100, likely" in served
    assert f'href="/audits/{finding.id}"' in served
    # The same figures as if they were of reporting, one of them hidden.
    for one in lines:
        one["metric"] = "reporting-rate"
    lines[0]["sentence"]["key"] = "hidden"
    lines[0]["estimate"] = {"value": None, "low": None, "high": None}
    figures = {column.key: getattr(finding, column.key) for column in Finding.__table__.columns}
    with unit_of_work(STAFF) as work:
        text = json.dumps(result | {"measures": lines})
        work.session.execute(sa.insert(Finding), figures | {"id": 99, "result": text})
    page = read(sqlite_city, "/reports?state=closed")
    assert page.count("Hidden: too few people") == 3
    assert len(
        re.findall(r"between [\d.]+ and [\d.]+ times as often as on average</td>", page)
    ) == (DISTRICTS - 1)
    assert page.count('class="district step-') == DISTRICTS - 1


def test_late_answers_stand_on_their_list(city: World) -> None:
    assert "Nothing is late" in read(city, "/overdue")
    number = file(1)
    city.clock.advance(days=5)
    page = read(city, "/overdue")
    assert "One answer is late" in page
    assert f"/reports/{number}" in page
    assert "2 days" in page
    assert "The list ends before this page" in read(city, "/overdue?page=9")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("/reports?before=abc", "We do not know “abc”"),
        ("/overdue?kind=POTHOLE", "Nobody knows the filter “kind”."),
        ("/overdue?page=abc", "The filter “page” cannot be “abc”."),
        ("/decisions?page=2", "Nobody knows the filter “page”."),
        ("/decisions?before=abc", "The filter “before” cannot be “abc”."),
    ],
)
def test_what_a_list_leaves_out_is_said(sqlite_city: World, asked: str, said: str) -> None:
    number = file(1)
    sqlite_city.clock.advance(days=5)
    path = asked.partition("?")[0]
    assert "not limited by it" not in read(sqlite_city, path)
    shown = read(sqlite_city, asked)
    assert said in shown
    assert "not limited by it" in shown
    assert number in shown


def test_a_place_in_the_maps_list_that_no_list_has_is_refused(sqlite_city: World) -> None:
    client = sqlite_city.client()
    assert client.get("/reports/map?page=2").status_code == 200
    answer = client.get(f"/reports/map?page={'9' * 20}")
    assert (answer.status_code, "The filter “page” cannot be" in answer.text) == (422, True)


def test_nothing_is_late_while_others_are_awaited(city: World) -> None:
    number = file(1)
    for version, state in enumerate((State.TRIAGED, State.WAITING_CONTRACTOR), start=1):
        do(STAFF, change_status, ChangeStatus(number, state, version, "A part is on its way"))
    city.clock.advance(days=5)
    assert "Nothing is late" in read(city, "/overdue")
    assert "due by" not in read(city, "/reports")
    page = read(city, f"/reports/{number}")
    assert "Until then its date does not count down." in page
    assert "due by" not in page
    do(STAFF, change_status, ChangeStatus(number, State.IN_PROGRESS, 3))
    city.clock.advance(days=5)
    assert "late: due by" in read(city, "/reports")
    assert "It was due by" in read(city, f"/reports/{number}")


def test_privacy_is_what_the_program_does(sqlite_city: World) -> None:
    with unit_of_work(STAFF) as work:
        service = work.session.get(Service, "WIRES")
        assert service is not None
        service.retention_days, service.public_grid_metres = 30, 250
    page = re.sub(r"<[^>]+>", " ", read(sqlite_city, "/privacy"))
    assert "30 days after it is closed" in page
    assert "to within 250 metres" in page
    assert page.count("no end is set") == 3
    assert page.count("in use") == 1
    told_to(
        sqlite_city,
        smtp_url="smtp://mail.example",
        mail_from="City <no-reply@city.example>",
        sms_url="https://sms.example",
    )
    assert read(sqlite_city, "/privacy").count("<strong>in use</strong>") == 3


def test_other_sites_show_reports_only_where_the_city_lets_them(sqlite_city: World) -> None:
    number = file(1, description="<script>alert(1)</script>")
    closed = sqlite_city.client().get("/embed/reports")
    assert "frame-ancestors 'none'" in closed.headers["Content-Security-Policy"]
    assert number in closed.text
    assert "<script" not in closed.text
    assert "Reports are not problems." in read(sqlite_city, "/embed/reports?show=districts")
    origins = ("https://news.example", "https://*.school.example")
    told_to(sqlite_city, embed_origins=origins, public_url="https://r.example")
    shown = sqlite_city.client().get("/embed/reports?show=districts&kind=POTHOLE")
    policy = shown.headers["Content-Security-Policy"]
    assert "frame-ancestors https://news.example https://*.school.example;" in policy
    elsewhere = sqlite_city.client().get("/reports").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in elsewhere
    line = read(sqlite_city, "/embed?show=districts&kind=POTHOLE")
    assert "&lt;iframe src=&#34;https://r.example/embed/reports?" in line
    assert "kind=POTHOLE" in line
    heading = " ".join(read(sqlite_city, "/embed/reports?kind=POTHOLE").split())
    assert "<h1>Reported in Testwick · Pothole</h1>" in heading
    # A district may be gone since, and no frame of one part may turn into one of the whole city.
    for asked in ("district=GONE", "kind=NOPE"):
        page = read(sqlite_city, f"/embed/reports?{asked}")
        assert "which the city does not know any more" in page
        assert number not in page
    several = read(sqlite_city, "/embed/reports?kind=POTHOLE&kind=BENCH")
    assert "Only one can be shown at a time, not “POTHOLE, BENCH”." in several
    assert number not in several
    shown_as = sqlite_city.client().get("/embed/reports?show=zzz")
    assert "The filter “show” cannot be “zzz”." in shown_as.text
    assert (shown_as.status_code, number in shown_as.text) == (422, False)
    misspelt = sqlite_city.client().get("/embed/reports?kind=POTHOLE&distrct=SW")
    said = "Nobody knows the filter “distrct”. These are known: show, kind, district."
    assert (misspelt.status_code, said in misspelt.text, number in misspelt.text) == (
        422,
        True,
        False,
    )
    # Where it may be shown, so is what is wrong with it.
    assert "frame-ancestors https://news.example" in misspelt.headers["Content-Security-Policy"]


def test_open_pages_are_given_as_kept_while_the_records_are_locked_or_away(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_pages, "PATIENCE_SECONDS", 0.02)
    monkeypatch.setattr(kept_pages, "_PAUSE_SECONDS", 0.0)
    # A new connection waits five seconds by itself.
    monkeypatch.setattr("sqlite3.dbapi2.connect", partial(sqlite3.connect, timeout=0.0))
    number, client = file(1), sqlite_city.client()
    paths = ("/", "/reports", f"/reports/{number}", "/overdue", "/data")
    assert not any(MARKED in read(sqlite_city, path) for path in paths)
    database, away = sqlite_city.data_dir / "city.sqlite3", sqlite_city.data_dir / "away"
    leave(sqlite_city)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        locked = client.get("/reports")
    assert locked.status_code == 200
    assert MARKED in locked.text
    assert number in locked.text
    leave(sqlite_city)
    database.rename(away)
    database.mkdir()
    for path in paths:
        kept = re.sub(r"<[^>]+>", "", read(sqlite_city, path))
        assert f"{MARKED} on 2 Mar 2026, 13:00" in kept, path
    never = client.get("/reports?state=all", headers={"Accept": "text/html"})
    assert (never.status_code, never.headers["Retry-After"]) == (503, "30")
    assert "We cannot reach the city&#39;s records just now" in never.text
    assert "Testwick" in never.text
    assert MARKED not in read(sqlite_city, "/how/equity")
    database.rmdir()
    away.rename(database)
    assert MARKED not in read(sqlite_city, "/reports")


def leave(world: World) -> None:
    """Let go of the database's file."""
    db.session.remove()
    db.engine.dispose()


def test_who_asks_while_a_page_is_made_anew_does_not_wait() -> None:
    shelf = kept_pages._Shelf()
    a, b, c = (a_key("page", path) for path in "abc")
    assert shelf.begin(a, 10.0)
    assert not shelf.begin(a, 10.1)
    assert shelf.begin(b, 10.1)
    # It takes too long: nobody else tries anything.
    assert not shelf.begin(c, 10.1 + kept_pages.PATIENCE_SECONDS)
    shelf.end(a)
    shelf.end(b)
    assert shelf.begin(c, 20.0)


def test_a_kept_page_costs_no_reading_and_is_nobodys_own(sqlite_city: World) -> None:
    told_to(sqlite_city, open_page_seconds=60)
    first = sqlite_city.client().get("/reports")
    file(1)
    again = sqlite_city.client().get("/reports")
    assert again.data == first.data
    assert again.headers["Cache-Control"].startswith("public, max-age=60")
    assert "Cookie" in again.vary
    known = {"If-None-Match": first.headers["ETag"]}
    unchanged = sqlite_city.client().get("/reports", headers=known)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    own = sqlite_city.signed_in(Role.ADMIN).get("/reports")
    assert own.headers["Cache-Control"] == "no-store"
    assert numbers(own.text) != numbers(first.text)
    # Under whatever host; what names the host is not kept.
    elsewhere = {"base_url": "http://elsewhere.example"}
    assert sqlite_city.client().get("/reports", **elsewhere).data == first.data
    for _ in range(2):
        named = sqlite_city.client().get("/embed", **elsewhere)
        assert "http://elsewhere.example/embed" in named.text
        assert "ETag" not in named.headers
    told_to(sqlite_city, public_url="https://reports.example")
    assert "ETag" in sqlite_city.client().get("/embed", **elsewhere).headers


def test_a_form_of_ones_own_is_not_kept(sqlite_city: World) -> None:
    with sqlite_city.app.test_request_context("/"):
        g.actor = ANONYMOUS
        form = kept_pages.open_page(lambda: generate_csrf())
        # The second is of a session that has the token already, and is not changed.
        for _ in range(2):
            assert "ETag" not in form().headers
            session.modified = False


def test_pages_push_out_only_pages_of_their_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_pages, "_MOST_BYTES_OF_A_KIND", 25)
    monkeypatch.setattr(kept_pages, "_MOST_BYTES_ASKED", 15)
    page = kept_pages._Kept(b"0123456789", b"", "text/html", None, NOON, 0.0)
    shelf, home = kept_pages._Shelf(), a_key("home", "/")
    of_reports = [a_key("report", f"/reports/{number}") for number in range(4)]
    with_questions = [a_key("home", f"/?{number}", is_asked=True) for number in range(4)]
    for key in (home, *of_reports, *with_questions, of_reports[2]):
        shelf.keep(key, page)
    assert shelf.find(home)
    assert [shelf.find(key) is not None for key in of_reports] == [False, False, True, True]
    assert [shelf.find(key) is not None for key in with_questions] == [False] * 3 + [True]
    assert {part.bytes for part in shelf.parts.values()} == {10, 20}


def a_key(kind: str, address: str, *, is_asked: bool = False) -> kept_pages._Key:
    return kept_pages._Key(kind, address, is_asked)


def test_every_page_for_everybody_is_kept_but_forms_and_what_is_ones_own(
    sqlite_city: World,
) -> None:
    kept = kept_pages.open_page(lambda: "").__code__
    views = sqlite_city.app.view_functions
    pages = {
        rule.endpoint
        for rule in sqlite_city.app.url_map.iter_rules()
        if rule.endpoint.startswith("web.")
        and "GET" in (rule.methods or ())
        and (access := declared_access(rule.endpoint, "GET"))
        and access.roles is None
    }
    others = f"{FORMS} {OWN} {OF_THE_PROGRAM} {DATA}".split()
    own = {one for one in pages if views[one].__code__ is not kept}
    assert own == {f"web.{name}" for name in others}


def test_the_log_is_checked_with_python_alone(sqlite_city: World, tmp_path: Path) -> None:
    file(1)
    client = sqlite_city.client()
    program, log = tmp_path / "check_log.py", tmp_path / "decisions.jsonl"
    program.write_bytes(client.get("/check_log.py").data)
    log.write_bytes(client.get("/decisions.jsonl").data)
    head = re.search(r"decisions\.jsonl (\w{64})", client.get("/decisions").text)
    assert head
    whole = subprocess.run(
        [sys.executable, "-I", str(program), str(log), head[1]],
        capture_output=True,
        text=True,
        check=True,
    )
    assert whole.stdout.endswith("whole\n")
    lines = log.read_text().splitlines()
    assert check_log.check(lines)[2] == []
    assert check_log.check(lines, "f" * 64)[2] == [
        f"no mark in the log is or begins with {'f' * 64}"
    ]
    changed = lines[1].replace(json.loads(lines[1])["actor"], "staff:nobody")
    assert check_log.check([lines[0], changed, *lines[2:]])[2] == [
        "entry 2 was changed after it was written"
    ]
    assert check_log.check([lines[0], *lines[2:]])[2] == ["entry 3 follows entry 1"]
    assert check_log.main([str(program)]) == 2


def test_the_method_is_rendered_whole_and_holds_no_markup_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in method_names():
        text = method_text(name)
        assert text.title
        plain = re.sub(r"<[^>]+>", "", str(text.body))
        assert "**" not in plain
        assert "](" not in plain
    monkeypatch.setattr("backend.web.public.method_text.ROOT", tmp_path)
    (tmp_path / "docs" / "method").mkdir(parents=True)
    (tmp_path / "docs" / "method" / "a.md").write_text(
        "# A <b>title</b>\n\nFirst. More.\n\nx = 2 * *y* + <i>\n\n"
        "- one `<s>` `a.md`\n- **two** [a](a.md)\n\n"
        "| h | k |\n|---|---|\n| 1 | <u> |\n\n```sh\na\n\n  <b>\n```\n"
    )
    text = method_text("a")
    assert text.title == "A <b>title</b>"
    body = str(text.body)
    assert '<p class="formula" tabindex="0">x = 2 * <em>y</em> + &lt;i&gt;</p>' in body
    assert '<a href="a"><code>a.md</code></a>' in body
    assert '<li><strong>two</strong> <a href="a">a</a></li>' in body
    assert "a\n\n  &lt;b&gt;" in body
    assert not re.search(r"<[bius]>", body)


def test_an_installed_wheel_has_the_method_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text())
    for source, place in project["tool"]["hatch"]["build"]["targets"]["wheel"][
        "force-include"
    ].items():
        shutil.copytree(root / source, tmp_path / place)
    there = {name: method_text(name) for name in method_names()}
    monkeypatch.setattr("backend.web.public.method_text.ROOT", tmp_path)
    assert {name: method_text(name) for name in method_names()} == there
    assert "equity" in there
