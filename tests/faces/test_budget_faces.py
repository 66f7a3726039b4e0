"""A budget through its faces: the pages and the API."""

import re
from dataclasses import replace

from acting import do
from cycles import A_CYCLE, DATES, go_to, make_cycle
from described import check_described
from page_reader import read_page
from proposing import propose
from worlds import World, csrf

from backend.ballots.cycle.commands import ProjectOnBallot, SettleVote
from backend.ballots.cycle.create_cycle import create_cycle
from backend.ballots.cycle.models import CITYWIDE
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.settle_vote import settle_vote
from backend.core.actors import OPERATOR, Role

PAGE = f"/budget/{A_CYCLE.slug}"


def test_anybody_reads_a_budget_and_nobody_a_draft(sqlite_city: World) -> None:
    client, admin = sqlite_city.client(), sqlite_city.signed_in(Role.ADMIN)
    do(OPERATOR, create_cycle, A_CYCLE)
    assert A_CYCLE.title not in client.get("/budget").text
    assert client.get(PAGE).status_code == 404
    assert client.get(f"/v1{PAGE.replace('budget/', 'cycles/', 1)}").status_code == 404
    assert A_CYCLE.remit in admin.get(PAGE).text
    form = {"csrf_token": csrf(admin, f"{PAGE}/manage")}
    assert client.post(f"{PAGE}/publish", data=form).status_code in {400, 401}
    assert admin.post(f"{PAGE}/publish").status_code == 400
    assert admin.post(f"{PAGE}/publish", data=form).headers["Location"] == PAGE
    page = client.get(PAGE).text
    for words in (A_CYCLE.remit, A_CYCLE.out_of_scope, "Empower", "20,000 EUR", "Now: Needs"):
        assert words in page
    assert A_CYCLE.title in client.get("/budget").text
    assert "manage" not in page
    assert client.get(f"{PAGE}/manage").status_code == 401
    assert sqlite_city.signed_in(Role.ANALYST).get(f"{PAGE}/manage").status_code == 403


def test_a_draft_with_gaps_is_refused_with_all_of_them(sqlite_city: World) -> None:
    admin = sqlite_city.signed_in(Role.ADMIN)
    draft = replace(A_CYCLE, remit="", rule={"rule": "phragmen"})
    do(OPERATOR, create_cycle, draft)
    assert "cycle create FILE --again" in admin.get(f"{PAGE}/manage").text
    form = {"csrf_token": csrf(admin, f"{PAGE}/manage")}
    answer = admin.post(f"{PAGE}/publish", data=form)
    assert answer.status_code == 422
    for words in ("remit: nothing says", "rule.variant: state", "rule.ties: state"):
        assert words in answer.text


def test_staff_move_a_date_and_everybody_reads_why(sqlite_city: World) -> None:
    make_cycle()
    go_to(sqlite_city, Phase.IDEAS)
    admin = sqlite_city.signed_in(Role.ADMIN)
    page = admin.get(f"{PAGE}/manage").text
    assert 'id="ends-ideas"' in page
    assert 'id="starts-ideas"' not in page
    assert 'id="ends-needs"' not in page
    form = {"csrf_token": csrf(admin, f"{PAGE}/manage"), "phase": "ideas", "reason": "<b>Flood</b>"}
    early = admin.post(f"{PAGE}/dates", data=form | {"ends_at": "2026-03-20T12:30"})
    assert early.headers["Location"] == f"{PAGE}/manage"
    for value in ("", "soon", "0001-01-01T00:00", "9999-12-31T23:59"):
        answer = admin.post(f"{PAGE}/dates", data=form | {"ends_at": value})
        assert answer.status_code == 422
    assert admin.post(f"{PAGE}/dates", data=form | {"phase": "x"}).status_code == 422
    page = sqlite_city.client().get(PAGE).text
    assert "&lt;b&gt;Flood&lt;/b&gt;" in page
    assert "20 Mar 2026, 12:30" in page


def test_anybody_reads_what_is_on_the_ballot(sqlite_city: World) -> None:
    """And, on what was proposed, that it is not."""
    make_cycle()
    go_to(sqlite_city, Phase.IDEAS)
    chosen, left = propose(1), propose(2, title="Ferry")
    go_to(sqlite_city, Phase.FEEDBACK)
    client = sqlite_city.client()
    assert "the ballot</h2>" not in client.get(PAGE).text
    assert "n the ballot" not in client.get(f"{PAGE}/proposals").text
    ballot = (
        ProjectOnBallot("C1", CITYWIDE, "Shelter <b>", 50_000_00, "water"),
        ProjectOnBallot("W1", "SW", "Swings", 12_000_00, proposal_number=chosen),
        ProjectOnBallot("E1", "SE", "Trees", 4_000_50),
    )
    do(OPERATOR, settle_vote, SettleVote(A_CYCLE.slug, ballot))
    page = client.get(PAGE).text
    assert read_page(page).faults == []
    listed = page[page.index("the ballot</h2>") :]
    listed = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", listed[: listed.index("</section>")]))
    assert "Whole city 50,000 EUR Project Kind Cost Shelter &lt;b&gt; water 50,000 EUR" in listed
    assert "Swings – 12,000 EUR SE side 30,000 EUR" in listed
    assert f'href="/proposals/{chosen}">Swings</a>' in page
    for number, words in ((chosen, "On the ballot"), (left, "Not on the ballot")):
        assert f"<p>{words}</p>" in client.get(f"/proposals/{number}").text
        assert f"· {words}</p>" in client.get(f"{PAGE}/proposals").text


def test_programs_read_what_people_read(sqlite_city: World) -> None:
    make_cycle()
    go_to(sqlite_city, Phase.VOTE)
    client = sqlite_city.client()
    answer = client.get("/v1/cycles")
    check_described("/v1/cycles", answer)
    [line] = answer.json
    assert (line["phase"], line["next_phase"]) == ("vote", "delivery")
    assert line["next_date"] == DATES[Phase.VOTE].ends_at.isoformat()
    answer = client.get(f"/v1/cycles/{A_CYCLE.slug}")
    check_described("/v1/cycles/{slug}", answer)
    found = answer.json
    assert found["rule"] == A_CYCLE.rule
    assert "Projects are taken in the order of their votes." in found["rule_words"]
    spanish = client.get(f"/v1/cycles/{A_CYCLE.slug}", headers={"Accept-Language": "es"})
    assert "Los proyectos se toman en el orden de sus votos." in spanish.get_json()["rule_words"]
    assert [part["budget"] for part in found["parts"]] == [50_000_00, 20_000_00, 30_000_00]
    assert client.get("/v1/cycles/nothing").status_code == 404
