"""Who may open what: every page and every form, for every role, written out."""

from typing import Any

import pytest
from full_city import FullCity
from worlds import csrf

from backend.core.access import declared_access
from backend.core.actors import Role

EVERYBODY = frozenset(Role)
STAFF = frozenset({Role.WARD_STAFF, Role.ANALYST, Role.ADMIN})
DESK = frozenset({Role.WARD_STAFF, Role.ADMIN})
ANALYSTS = frozenset({Role.ANALYST, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})

MAY = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/find"): EVERYBODY,
    ("GET", "/reports"): EVERYBODY,
    ("GET", "/overdue"): EVERYBODY,
    ("GET", "/served"): EVERYBODY,
    ("GET", "/data"): EVERYBODY,
    ("GET", "/privacy"): EVERYBODY,
    ("GET", "/how"): EVERYBODY,
    ("GET", "/how/<string:name>"): EVERYBODY,
    ("GET", "/embed"): EVERYBODY,
    ("GET", "/embed/reports"): EVERYBODY,
    ("GET", "/check_log.py"): EVERYBODY,
    ("GET", "/reports/<string:number>"): EVERYBODY,
    ("GET", "/reports/map"): EVERYBODY,
    ("GET", "/map/tiles/<int:zoom>/<int:column>/<int:row>.mvt"): EVERYBODY,
    ("GET", "/map/coverage.json"): EVERYBODY,
    ("GET", "/desk/map"): STAFF,
    ("GET", "/desk/tiles/<int:zoom>/<int:column>/<int:row>.mvt"): STAFF,
    ("GET", "/desk/map/coverage.json"): STAFF,
    ("GET", "/report"): EVERYBODY,
    ("GET", "/report/new"): EVERYBODY,
    ("POST", "/report/new"): EVERYBODY,
    ("POST", "/report/check"): EVERYBODY,
    ("POST", "/report/me-too"): EVERYBODY,
    ("GET", "/report/sent/<string:number>"): EVERYBODY,
    ("GET", "/report/paper"): EVERYBODY,
    ("GET", "/problems/<string:slug>"): EVERYBODY,
    ("GET", "/static/<path:filename>"): EVERYBODY,
    ("GET", "/built/<name>"): EVERYBODY,
    ("GET", "/budget"): EVERYBODY,
    ("GET", "/budget/<string:slug>"): EVERYBODY,
    ("GET", "/budget/<string:slug>/results"): EVERYBODY,
    ("GET", "/budget/<string:slug>/manage"): ADMINS,
    ("POST", "/budget/<string:slug>/publish"): ADMINS,
    ("POST", "/budget/<string:slug>/dates"): ADMINS,
    ("GET", "/budget/<string:slug>/proposals"): EVERYBODY,
    ("POST", "/budget/<string:slug>/proposals"): EVERYBODY,
    ("GET", "/budget/<string:slug>/proposals/new"): EVERYBODY,
    ("GET", "/budget/<string:slug>/proposals/overdue"): EVERYBODY,
    ("GET", "/budget/<string:slug>/proposals/place"): EVERYBODY,
    ("GET", "/map.svg"): EVERYBODY,
    ("GET", "/proposals/<string:number>"): EVERYBODY,
    ("GET", "/proposals/<string:number>/own"): EVERYBODY,
    ("POST", "/proposals/<string:number>/own/words"): EVERYBODY,
    ("POST", "/proposals/<string:number>/own/appeal"): EVERYBODY,
    ("GET", "/desk/budget/<string:slug>/proposals"): DESK,
    ("POST", "/desk/budget/<string:slug>/proposals/settling"): DESK,
    ("GET", "/desk/proposals/<string:number>"): DESK,
    ("POST", "/desk/proposals/<string:number>/findings"): DESK,
    ("POST", "/desk/proposals/<string:number>/outcome"): DESK,
    ("POST", "/desk/proposals/<string:number>/cost"): DESK,
    ("POST", "/desk/proposals/<string:number>/pack"): DESK,
    ("POST", "/desk/proposals/<string:number>/translation"): DESK,
    ("POST", "/desk/proposals/<string:number>/words"): DESK,
    ("POST", "/desk/proposals/<string:number>/covering"): frozenset({Role.ADMIN}),
    ("POST", "/desk/proposals/<string:number>/comments"): DESK,
    ("POST", "/desk/proposals/<string:number>/comments/<uuid:id>/hiding"): DESK,
    ("GET", "/desk/budget/<string:slug>/rearrangements"): DESK,
    ("POST", "/desk/budget/<string:slug>/rearrangements"): DESK,
    ("GET", "/desk/budget/<string:slug>/rearrangements/new"): DESK,
    ("GET", "/desk/rearrangements/<uuid:id>"): DESK,
    ("POST", "/desk/rearrangements/<uuid:id>/consent"): DESK,
    ("POST", "/desk/rearrangements/<uuid:id>/carrying-out"): DESK,
    ("POST", "/desk/rearrangements/<uuid:id>/ending"): DESK,
    ("GET", "/budget/<string:slug>/projects"): EVERYBODY,
    ("GET", "/budget/<string:slug>/projects/<string:code>"): EVERYBODY,
    ("GET", "/desk/budget/<string:slug>/projects"): DESK,
    ("POST", "/desk/budget/<string:slug>/purposes"): DESK,
    ("GET", "/desk/budget/<string:slug>/projects/<string:code>"): DESK,
    ("POST", "/desk/budget/<string:slug>/projects/<string:code>/deliverer"): DESK,
    ("POST", "/desk/budget/<string:slug>/projects/<string:code>/milestones"): DESK,
    ("POST", "/desk/budget/<string:slug>/projects/<string:code>/milestones/<int:number>/day"): DESK,
    (
        "POST",
        "/desk/budget/<string:slug>/projects/<string:code>/milestones/<int:number>/state",
    ): DESK,
    ("POST", "/desk/budget/<string:slug>/projects/<string:code>/spending"): DESK,
    ("POST", "/desk/budget/<string:slug>/projects/<string:code>/spending/<int:number>/back"): DESK,
    ("POST", "/desk/budget/<string:slug>/projects/<string:code>/state"): DESK,
    ("POST", "/desk/budget/<string:slug>/projects/<string:code>/reassessment"): DESK,
    ("POST", "/desk/budget/<string:slug>/projects/<string:code>/result"): DESK,
    ("GET", "/budget/<string:slug>/paper"): EVERYBODY,
    ("GET", "/desk/budget/<string:slug>/paper"): DESK,
    ("POST", "/desk/budget/<string:slug>/paper"): DESK,
    ("GET", "/desk/budget/<string:slug>/paper/sheets"): DESK,
    ("GET", "/desk/budget/<string:slug>/paper/<int:number>"): DESK,
    ("POST", "/desk/budget/<string:slug>/paper/<int:number>/voters"): DESK,
    ("POST", "/desk/budget/<string:slug>/paper/<int:number>/doubts"): DESK,
    ("POST", "/desk/budget/<string:slug>/paper/<int:number>/doubts/<int:at>"): DESK,
    ("POST", "/desk/budget/<string:slug>/paper/<int:number>/box"): DESK,
    ("GET", "/desk/budget/<string:slug>/paper/<int:number>/keying"): DESK,
    ("POST", "/desk/budget/<string:slug>/paper/<int:number>/keying"): DESK,
    ("POST", "/desk/budget/<string:slug>/paper/<int:number>/finish"): DESK,
    ("POST", "/desk/budget/<string:slug>/paper/<int:number>/again"): DESK,
    ("GET", "/desk/budget/<string:slug>/paper/<int:number>/differences"): DESK,
    ("POST", "/desk/budget/<string:slug>/paper/<int:number>/differences"): DESK,
    ("POST", "/desk/budget/<string:slug>/paper/<int:number>/sealing"): DESK,
    ("POST", "/desk/budget/<string:slug>/paper/<int:number>/mistake"): DESK,
    ("GET", "/elections"): EVERYBODY,
    ("GET", "/elections/<string:slug>"): EVERYBODY,
    ("GET", "/elections/<string:slug>.pb"): EVERYBODY,
    ("GET", "/elections/<string:slug>/<string:name>"): EVERYBODY,
    ("GET", "/elections/<string:slug>/rehearsal"): ANALYSTS,
    ("GET", "/recount.py"): EVERYBODY,
    ("GET", "/notices/stop/<string:token>"): EVERYBODY,
    ("POST", "/notices/stop/<string:token>"): EVERYBODY,
    ("GET", "/decisions"): EVERYBODY,
    ("GET", "/decisions.jsonl"): EVERYBODY,
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in"): EVERYBODY,
    ("POST", "/sign-out"): EVERYBODY,
    ("GET", "/desk/queue"): STAFF,
    ("GET", "/desk/queue/new"): STAFF,
    ("POST", "/desk/queue/status"): DESK,
    ("POST", "/desk/queue/taking-back"): DESK,
    ("POST", "/desk/queue/assignment"): DESK,
    ("POST", "/desk/queue/views"): STAFF,
    ("POST", "/desk/queue/views/<string:name>"): STAFF,
    ("GET", "/desk/incidents/<string:number>"): STAFF,
    ("POST", "/desk/incidents/<string:number>/status"): DESK,
    ("POST", "/desk/incidents/<string:number>/link"): DESK,
    ("POST", "/desk/incidents/<string:number>/unlink"): DESK,
    ("POST", "/desk/incidents/<string:number>/inspection"): DESK,
    ("POST", "/desk/incidents/<string:number>/question"): DESK,
    ("POST", "/desk/incidents/<string:number>/answer"): DESK,
    ("POST", "/desk/incidents/<string:number>/note"): DESK,
    ("POST", "/desk/incidents/<string:number>/assignee"): DESK,
    ("POST", "/desk/incidents/<string:number>/service"): DESK,
    ("POST", "/desk/incidents/<string:number>/severity"): DESK,
    ("POST", "/desk/incidents/<string:number>/public-words"): DESK,
    ("POST", "/desk/incidents/<string:number>/hiding"): DESK,
    ("POST", "/desk/incidents/<string:number>/place"): DESK,
    ("POST", "/desk/incidents/<string:number>/photos/<uuid:id>"): DESK,
    ("GET", "/desk/incidents/<string:number>/version"): STAFF,
    ("GET", "/desk/photos/<uuid:id>"): DESK,
    ("GET", "/desk/bulk"): DESK,
    ("POST", "/desk/bulk"): DESK,
    ("POST", "/desk/bulk/acts"): DESK,
    ("GET", "/desk/bulk/<uuid:id>"): DESK,
    ("POST", "/desk/undo/<uuid:id>"): DESK,
    ("GET", "/desk/enter"): DESK,
    ("POST", "/desk/enter"): DESK,
    ("GET", "/desk/calls"): DESK,
    ("POST", "/desk/calls/<string:number>"): DESK,
    ("GET", "/desk/leads"): DESK,
    ("GET", "/desk/leads/<uuid:id>"): DESK,
    ("POST", "/desk/leads/<uuid:id>/setting-aside"): DESK,
    ("POST", "/desk/leads/<uuid:id>/taking-up"): DESK,
    ("GET", "/desk/sweeps"): STAFF,
    ("POST", "/desk/sweeps"): STAFF,
    ("GET", "/desk/sweeps/<int:number>"): STAFF,
    ("POST", "/desk/sweeps/<int:number>"): STAFF,
    ("GET", "/desk/sweeps/<int:number>/days/<int:at>"): STAFF,
    ("POST", "/desk/sweeps/<int:number>/days/<int:at>"): DESK,
    ("GET", "/desk/outreach"): STAFF,
    ("POST", "/desk/outreach"): STAFF,
    ("POST", "/desk/outreach/<uuid:id>/undo"): STAFF,
    ("GET", "/desk/today/"): STAFF,
    ("GET", "/desk/today/pass"): STAFF,
    ("GET", "/desk/today/worker.js"): EVERYBODY,
    ("GET", "/desk/today/sweeps/<int:number>/<int:at>"): STAFF,
    ("POST", "/desk/today/sweeps/<int:number>/<int:at>"): DESK,
    ("POST", "/desk/today/sweeps/<int:number>/<int:at>/end"): DESK,
    ("POST", "/desk/today/days"): DESK,
    ("POST", "/desk/today/districts"): STAFF,
    ("POST", "/desk/today/visits"): STAFF,
    ("POST", "/desk/today/told"): DESK,
    ("GET", "/audits"): EVERYBODY,
    ("GET", "/audits/<int:id>"): EVERYBODY,
    ("GET", "/audits/<int:id>.json"): EVERYBODY,
    ("GET", "/audits/<int:id>.csv"): EVERYBODY,
    ("GET", "/audits/<int:id>.html"): EVERYBODY,
    ("POST", "/audits/run"): ANALYSTS,
    ("GET", "/audits/promises"): EVERYBODY,
    ("GET", "/audits/promises.csv"): EVERYBODY,
    ("GET", "/audits/definitions"): EVERYBODY,
    ("GET", "/audits/preregistrations/<int:id>"): EVERYBODY,
    ("GET", "/audits/preregistrations/<int:id>.json"): EVERYBODY,
    ("GET", "/audits/preregistrations/new"): ANALYSTS,
    ("POST", "/audits/preregistrations"): ANALYSTS,
    ("GET", "/audit"): STAFF,
    ("GET", "/audit/rates.csv"): STAFF,
    ("GET", "/audit/targets.csv"): STAFF,
    ("GET", "/audit/rates.json"): STAFF,
    ("GET", "/audit/districts"): STAFF,
    ("GET", "/audit/districts/<string:code>"): STAFF,
    ("GET", "/audit/districts/<string:code>.csv"): STAFF,
    ("GET", "/audit/maps"): STAFF,
    ("GET", "/audit/maps.csv"): STAFF,
    ("GET", "/audit/compare"): STAFF,
    ("GET", "/audit/compare.csv"): STAFF,
    ("GET", "/audit/sensitivity"): STAFF,
    ("GET", "/audit/sensitivity.csv"): STAFF,
    ("POST", "/audit/sensitivity"): ANALYSTS,
    ("GET", "/audit/targets"): STAFF,
    ("GET", "/audit/weights"): STAFF,
    ("GET", "/audit/weights/<int:version>.csv"): STAFF,
    ("POST", "/audit/weights"): ANALYSTS,
    ("POST", "/audit/weights/<uuid:id>"): ANALYSTS,
    ("GET", "/admin"): ADMINS,
    ("GET", "/admin/catalogue"): ADMINS,
    ("GET", "/admin/catalogue.toml"): ADMINS,
    ("POST", "/admin/catalogue"): ADMINS,
    ("GET", "/admin/services"): ADMINS,
    ("GET", "/admin/services/new"): ADMINS,
    ("POST", "/admin/services/new"): ADMINS,
    ("GET", "/admin/services/<string:code>"): ADMINS,
    ("POST", "/admin/services/<string:code>"): ADMINS,
    ("POST", "/admin/services/<string:code>/removal"): ADMINS,
    ("GET", "/admin/teams"): ADMINS,
    ("POST", "/admin/teams"): ADMINS,
    ("POST", "/admin/teams/removal"): ADMINS,
    ("GET", "/admin/routes"): ADMINS,
    ("POST", "/admin/routes"): ADMINS,
    ("POST", "/admin/routes/removal"): ADMINS,
    ("GET", "/admin/calendar"): ADMINS,
    ("POST", "/admin/calendar"): ADMINS,
    ("POST", "/admin/calendar/holidays"): ADMINS,
    ("POST", "/admin/calendar/holidays/removal"): ADMINS,
    ("GET", "/admin/hazard-words"): ADMINS,
    ("POST", "/admin/hazard-words"): ADMINS,
    ("GET", "/admin/policy"): ADMINS,
    ("POST", "/admin/policy"): ADMINS,
    ("GET", "/admin/templates"): ADMINS,
    ("GET", "/admin/templates/new"): ADMINS,
    ("POST", "/admin/templates/new"): ADMINS,
    ("GET", "/admin/templates/<uuid:id>"): ADMINS,
    ("POST", "/admin/templates/<uuid:id>"): ADMINS,
    ("GET", "/admin/users"): ADMINS,
    ("POST", "/admin/users"): ADMINS,
    ("POST", "/admin/users/<uuid:id>"): ADMINS,
    ("POST", "/admin/users/<uuid:id>/role"): ADMINS,
    ("POST", "/admin/users/<uuid:id>/link"): ADMINS,
    ("GET", "/admin/keys"): ADMINS,
    ("POST", "/admin/keys"): ADMINS,
    ("POST", "/admin/keys/revocation"): ADMINS,
    ("GET", "/admin/running"): ADMINS,
    ("POST", "/admin/running/jobs"): ADMINS,
    ("GET", "/start/<string:token>"): EVERYBODY,
    ("POST", "/start/<string:token>"): EVERYBODY,
}


def test_the_table_is_what_the_routes_declare(full_city: FullCity) -> None:
    declared = {}
    with full_city.world.app.app_context():
        for rule in full_city.world.app.url_map.iter_rules():
            for method in {"GET", "POST"} & (rule.methods or set()):
                access = declared_access(rule.endpoint, method)
                if rule.endpoint.startswith("web."):
                    assert access is not None
                    declared[method, rule.rule] = access.roles or EVERYBODY
    assert declared == MAY


@pytest.mark.slow
def test_every_role_gets_in_exactly_where_it_may(full_city: FullCity) -> None:
    world = full_city.world
    clients = {role: world.signed_in(role) for role in sorted(STAFF)}
    clients[Role.RESIDENT] = world.client()
    tokens = {role: {"csrf_token": csrf(client)} for role, client in clients.items()}
    found, wanted = {}, {}
    # Signing out comes last, or nobody is signed in for the rest.
    for method, rule in sorted(MAY, key=lambda one: one[1] == "/sign-out"):
        for role, client in clients.items():
            refusal = 401 if role is Role.RESIDENT else 403
            wanted[method, rule, role] = 0 if role in MAY[method, rule] else refusal
            token = tokens[role] if method == "POST" else None
            answer = client.open(address(full_city, rule), method=method, data=token)
            is_refused = answer.status_code in {401, 403} and rule != "/sign-in"
            found[method, rule, role] = answer.status_code if is_refused else 0
            assert answer.status_code < 500
    assert found == wanted


def test_no_form_is_taken_without_its_token(full_city: FullCity) -> None:
    client = full_city.world.signed_in(Role.ADMIN)
    stolen = csrf(full_city.world.client())
    for method, rule in MAY:
        # Mail programs have no form; whoever has that address had the mail.
        if method == "POST" and rule != "/notices/stop/<string:token>":
            for form in ({}, {"csrf_token": ""}, {"csrf_token": stolen}):
                answer = client.post(address(full_city, rule), data=form)
                assert answer.status_code == 400, rule
                assert "form-expired" in answer.text
    assert client.get("/desk/queue").status_code == 200


def address(city: FullCity, rule: str) -> str:
    """An address of `rule` behind which something is."""
    slug = "no-such-page" if rule.startswith("/problems") else city.election
    values: dict[str, Any] = {
        "<string:number>": city.proposal if "proposals" in rule else city.open_number,
        "<string:slug>": slug,
        "<string:name>": "result.json",
        "<string:token>": "x",
        "<path:filename>": "tokens.css",
        "<uuid:id>": city.weight_set,
        "<string:code>": "1",
        "<int:zoom>": "10",
        "<int:column>": "540",
        "<int:row>": "347",
        "<int:number>": "1",
        "<int:id>": "1",
        "<int:version>": "1",
        "<int:at>": "1",
    }
    for name, value in values.items():
        rule = rule.replace(name, value)
    return f"{rule}?number={city.open_number}" if rule == "/find" else rule
