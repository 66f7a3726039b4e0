"""The page of a result: what it says, what it offers, and that a stranger can count it again."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do, refused
from flask.testing import FlaskClient
from worlds import World

from backend.ballots.finish_analyses import finish_analyses
from backend.ballots.import_election import import_election
from backend.ballots.models import Election, ElectionFile
from backend.ballots.published import BALLOTS, RESULT, published_file
from backend.ballots.result_document import PublishedResult, read_result
from backend.ballots.store_election import store_election
from backend.ballots.tally.equal_shares import EqualShares
from backend.ballots.tally.greedy import Greedy
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.phragmen import Phragmen
from backend.ballots.tally.rule_of_file import Rule, outcome_by
from backend.ballots.tally.ties import cost_votes_lot
from backend.ballots.tally.transcript import canonical_json
from backend.core.actors import OPERATOR, SYSTEM, Role
from backend.core.db import current_session
from backend.core.job_runner import run_job
from backend.core.jobs import Job
from backend.core.uow import unit_of_work
from backend.wiring import JOBS

PROJECTS = (("A", 600, "Trees"), ("B", 500, "Lamps"), ("C", 500, "Benches"), ("10", 90, "Paths"))
APPROVALS = ("A", "A", "A,B", "B,C", "B,C", "C", "C,B", "A,C", "")


def a_file(
    ballots: tuple[str, ...] = APPROVALS,
    *,
    rule: str = "greedy",
    vote_type: str = "approval",
    unit: str = "Testwick",
    **meta: object,
) -> str:
    """An election whose ballots are the cells of a row, without the voter."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\n").writerow
    entries = {"num_projects": len(PROJECTS), "num_votes": len(ballots), "budget": "1050.50"}
    entries |= {"vote_type": vote_type, "rule": rule, "unit": unit, "currency": "EUR"}
    for row in (["META"], ["key", "value"], *(entries | meta).items(), ["PROJECTS"]):
        write(row)
    write(["project_id", "cost", "name", "latitude", "longitude", "conflicts"])
    for place, (id, cost, name) in enumerate(PROJECTS):
        write([id, cost, name, 50.002 + place / 1000, 10.003, "B" if id == "C" else ""])
    write(["VOTES"])
    write(["voter_id", "vote", "points", "sex"])
    for voter, cells in enumerate(ballots):
        vote, _, points = cells.partition(" ")
        write([f"voter{voter}", vote, points, "F"])
    return out.getvalue()


def stored(text: str, rule: Rule | None = None) -> Election:
    """By the rule the file names, or by `rule`."""
    with unit_of_work(OPERATOR) as work:
        if rule is None:
            return import_election(work, text.encode()).election
        profile = read_election(text.encode())
        return store_election(
            work, profile, rule, title="A vote", place="Testwick", slug_words="vote"
        )


def page_of(client: FlaskClient, election: Election) -> str:
    """The page's words as a person reads them."""
    text = client.get(f"/elections/{election.slug}").text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def run_waiting_jobs() -> None:
    while job := current_session().scalar(sa.select(Job.id).where(Job.state == "waiting")):
        run_job(job, JOBS)


def test_a_stranger_who_takes_the_files_away_gets_the_same_winners(
    city: World, tmp_path: Path
) -> None:
    seed = cost_votes_lot("drawn on 1 March")
    rules = (Greedy("exclusive", ties=seed), EqualShares(completion="add1", ties=seed))
    for rule in rules:
        election = stored(a_file(), rule)
        client = city.client()
        page = client.get(f"/elections/{election.slug}").text
        log = client.get("/decisions.jsonl").text
        links = re.findall(r'<a class="alone" href="([^"]+)">([^<]+)</a>', page)
        assert len(links) == 4
        for address, name in links:
            answer = client.get(address)
            assert f"filename={name}" in answer.headers["Content-Disposition"]
            assert hashlib.sha256(answer.data).hexdigest() in page
            (tmp_path / name).write_bytes(answer.data)
            assert name == "recount.py" or hashlib.sha256(answer.data).hexdigest() in log
        transcript = next(tmp_path.glob("*-transcript.json")).read_bytes()
        assert hashlib.sha256(transcript).hexdigest() == election.transcript_sha256
        command = re.search(r"<pre[^>]*>python ([^<]+)</pre>", page)
        assert command is not None
        recount = [sys.executable, "-I", *command[1].split()]
        again = subprocess.run(recount, capture_output=True, text=True, cwd=tmp_path)
        assert (again.returncode, again.stderr) == (0, "The same.\n")
        won = page[page.index('id="winners"') : page.index('id="others"')]
        names = {id: name for id, _, name in PROJECTS}
        counted = [names[id] for id in json.loads(again.stdout)["winners"]]
        assert re.findall(r'<th role="rowheader" scope="row">(\w+)', won) == counted
        for file in tmp_path.iterdir():
            file.unlink()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (a_file(), Greedy("exclusive", ties=cost_votes_lot("x"))),
        (a_file(), Phragmen("skip")),
        (a_file(("A", "B", "B", ""), vote_type="choose-1"), EqualShares(completion="greedy")),
        (
            a_file(("A,B", "C,10,B", "B"), vote_type="ordinal", max_length=3),
            EqualShares("places", completion="add1u", comparison=True),
        ),
        (
            a_file(("A,B 1,0", "C 7", "10,B 3,3"), vote_type="scoring", default_score=2),
            EqualShares("score", completion="budget-steps", start="integral"),
        ),
        (
            a_file(("A 9", "B,C 4,5", " "), vote_type="cumulative"),
            Greedy(ranking="points-per-cost"),
        ),
    ],
)
def test_the_published_ballots_give_the_published_transcript(
    sqlite_city: World, text: str, rule: Rule
) -> None:
    election = stored(text, rule)
    client = sqlite_city.client()
    ballots = client.get(f"/elections/{election.slug}.pb").data
    transcript = client.get(f"/elections/{election.slug}/transcript.json").data
    assert canonical_json(outcome_by(read_election(ballots), rule)) == transcript
    assert b"voter0" not in ballots
    assert b";F" not in ballots


def test_whoever_has_a_receipt_finds_the_ballot(sqlite_city: World) -> None:
    profile = read_election(a_file(("A", "B,C", "C")).encode())
    ids = ["f" * 32, "0" * 32, "7" * 32]
    with unit_of_work(OPERATOR) as work:
        store_election(
            work, profile, Greedy(), title="A vote", place="", slug_words="vote", ballot_ids=ids
        )
    ballots = sqlite_city.client().get("/elections/vote.pb").text.split("VOTES\n")[1]
    rows = [line.split(";") for line in ballots.splitlines()]
    assert rows == [["voter_id", "vote"], [ids[1], "B,C"], [ids[2], "C"], [ids[0], "A"]]


def test_every_decision_is_told_in_words(sqlite_city: World) -> None:
    client = sqlite_city.client()
    seed = cost_votes_lot("drawn on 1 March")
    few = ("A,B", "A,B", "A")
    for rule, ballots, sentences in (
        (
            Greedy(ties=seed),
            ("B,C", "B,C"),
            ["equal to the one before it, which went first by a lot"],
        ),
        (Greedy(ties=seed), APPROVALS, ["“drawn on 1 March”", "was left: less than its cost"]),
        (Greedy("no-skip"), APPROVALS, ["The rule had stopped before its turn", "rule stopped."]),
        (Greedy("percent80"), APPROVALS, ["a reserve pays", "49.50 EUR of it from a reserve"]),
        (Greedy("threshold", threshold=2), ("A,B", "A"), ["did not reach the least", "at least 2"]),
        (Greedy("exclusive"), APPROVALS, ["cannot be built beside it had won"]),
        (Greedy(eligibility="third-of-budget-share"), few + ("C",) + few * 3, ["Too few voters"]),
        (EqualShares(), few, ["had left together was less than its cost", "Nobody chose it"]),
        (EqualShares(), ("B,C", "B,C"), ["equal to “Benches” and went first by the earlier id"]),
        (EqualShares(completion="greedy"), APPROVALS, ["the money left over did"]),
        (EqualShares(completion="add1", comparison=True), APPROVALS, ["share began at 116.72 EUR"]),
        (Phragmen("skip"), APPROVALS, ["earned money at the same speed", "was passed over"]),
        (
            Phragmen(),
            APPROVALS,
            ["Its 5 supporters were the next to hold its cost together", "tally vote"],
        ),
    ):
        page = page_of(client, stored(a_file(ballots), rule))
        for sentence in sentences:
            assert sentence in page, (rule, sentence)


def test_what_was_found_out_in_the_background_stands_on_the_page(city: World) -> None:
    client = city.client()
    election = stored(a_file(("A", "A", "A,B", "B,C"), rule="equalshares"))
    assert "More is being counted" in page_of(client, election)
    run_waiting_jobs()
    page = page_of(client, election)
    for sentence in (
        "got none of what they chose (25 of 100) 1 ",
        "What the voters got",
        "Its supporters had 325.20 EUR left together",
        "It would have won with",
        "Greedy and Equal Shares on the same ballots",
        "EJR+ up to one project",
        "voters spent all of their share",
    ):
        assert sentence in page, sentence
    assert "More is being counted" not in page


def test_an_election_that_an_earlier_version_analysed_gets_what_it_lacks(city: World) -> None:
    def found() -> dict[str, Any]:
        run_waiting_jobs()
        assert kept.analysis is not None
        return dict(kept.analysis)

    kept = stored(a_file(rule="equalshares"))
    whole = found()
    assert whole["other_rules"]
    assert whole["margins"]
    with unit_of_work(OPERATOR) as work:
        earlier = {name: part for name, part in whole.items() if name != "other_rules"}
        work.session.get_one(Election, kept.id).analysis = earlier
    for _night in range(2):
        do(SYSTEM, finish_analyses, {})
    waiting = sa.select(Job).where(Job.state == "waiting")
    assert [job.payload for job in current_session().scalars(waiting)] == [{"election": kept.id}]
    assert found() == whole
    do(SYSTEM, finish_analyses, {})
    assert current_session().scalars(waiting).all() == []


def test_a_rule_that_is_not_the_citys_is_said_to_be_a_comparison(sqlite_city: World) -> None:
    client = sqlite_city.client()
    for rule, unit, says in (
        ("unknown", "Testwick", "does not say by which rule"),
        ("greedy-custom", "Testwick", "“greedy-custom”"),
        ("greedy-threshold", "Testwick", "“greedy-threshold”"),
        ("greedy-custom", "Poznań", ""),
        ("equalshares/add1", "Testwick", ""),
    ):
        page = page_of(client, stored(a_file(rule=rule, unit=unit)))
        assert ("It is not the city's rule." in page) is bool(says), rule
        assert says in page


def test_another_city_imports_a_result_by_a_rule_without_a_name(sqlite_city: World) -> None:
    rule = EqualShares(completion="add1eu", start="integral", ties=cost_votes_lot("x"))
    held, session = stored(a_file(rule="unknown"), rule), current_session()
    ballots = published_file(session, held, BALLOTS)
    result = read_result(published_file(session, held, RESULT))
    assert b"\nrule;unknown\n" in ballots
    for wrong in (
        PublishedResult(rule, "0" * 64),
        PublishedResult(Greedy(), held.transcript_sha256),
    ):
        by = partial(import_election, published=wrong)
        assert refused(OPERATOR, by, ballots) == "result-differs"
    by = partial(import_election, published=result)
    again = do(OPERATOR, by, ballots).election
    assert again.slug != held.slug
    assert again.transcript_sha256 == held.transcript_sha256
    assert "It is not the city's rule." not in page_of(sqlite_city.client(), again)
    assert not do(OPERATOR, by, ballots).is_new
    by = partial(import_election, published=PublishedResult(Greedy(), None))
    assert refused(OPERATOR, by, ballots) == "election-counted-otherwise"
    page = page_of(sqlite_city.client(), stored(a_file(), Phragmen()))
    assert re.search(r"tally (vote-\d)\.pb --result \1-result\.json --json", page)


def test_an_election_of_the_days_before_files_were_kept_has_its_page(sqlite_city: World) -> None:
    election, client = stored(a_file()), sqlite_city.client()
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.delete(ElectionFile))
    assert "tally testwick.pb --rule greedy --variant skip --json" in page_of(client, election)
    ballots = client.get("/elections/testwick.pb").data
    assert read_election(ballots).votes == read_election(a_file().encode()).votes
    assert client.get("/elections/testwick/result.json").status_code == 404


def test_winners_stand_on_the_map_with_the_number_of_the_list(sqlite_city: World) -> None:
    page = sqlite_city.client().get(f"/elections/{stored(a_file()).slug}").text
    marks = re.findall(r'<g class="(mark[^"]*)"[^>]*>\s*<title>(\w+)</title>', page)
    assert {name for kind, name in marks if "strong" in kind} == {"Lamps", "Benches"}
    assert len(marks) == len(PROJECTS)
    assert '<path class="district"' in page
    abroad = a_file().replace(";10.003;", ";21.0;")
    assert (
        '<path class="district"'
        not in sqlite_city.client().get(f"/elections/{stored(abroad).slug}").text
    )


def test_staff_rehearse_any_rule_beside_what_was_published(sqlite_city: World) -> None:
    election = stored(a_file())
    client = sqlite_city.signed_in(Role.ANALYST)
    page = f"/elections/{election.slug}/rehearsal"
    assert page in client.get(f"/elections/{election.slug}").text
    assert page not in sqlite_city.client().get(f"/elections/{election.slug}").text
    assert client.get(page).status_code == 200
    same = client.get(f"{page}?rule=&utility=&variant=skip&step=&seed=").text
    assert "The same projects win" in same
    assert "Winners that a voter chose, on average" in same
    assert "goes out" in client.get(f"{page}?rule=greedy&variant=no-skip").text
    for query, words in (
        ("rule=greedy&completion=add1", "“completion” means nothing with “greedy”"),
        ("rule=equal-shares&variant=skip", "“variant” means nothing with “equal-shares”"),
        ("rule=phragmen&variant=threshold", "“threshold” means nothing with “phragmen”"),
        ("ties=cost-votes-lot", "no seed is given"),
        ("rule=greedy&variant=threshold", "how much is needed"),
        ("rule=plurality", "greedy, equal-shares, phragmen"),
        ("rule=equal-shares&completion=add1&step=0", "“step” is 0"),
        ("threshold=many", "“threshold” is many"),
    ):
        answer = client.get(f"{page}?{query}")
        assert answer.status_code == 422
        assert words in unescape(answer.text), query
