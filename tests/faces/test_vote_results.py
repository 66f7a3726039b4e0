"""The result of a vote held here: for programs, for readers, and for whoever has a receipt."""

import hashlib
import re
import subprocess
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do
from cycles import go_to
from described import check_described
from page_reader import read_page
from votes import SLUG, TRUSTEES_KEY, cast, enrol, make_vote
from worlds import World

from backend.ballots.cycle.phases import Phase
from backend.ballots.voting.commands import CountBallots
from backend.ballots.voting.count_ballots import count_ballots
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.job_runner import run_job
from backend.core.jobs import Job
from backend.wiring import JOBS

API = f"/v1/cycles/{SLUG}/results"


def test_programs_read_the_result_of_every_part(city: World) -> None:
    make_vote(city)
    enrol({n: "SW" if n < 24 else "SE" for n in range(30)})
    go_to(city, Phase.VOTE)
    for voter in range(20):
        cast(voter, citywide="C1 C3" if voter % 2 else "C2 C3", SW="W1")
    client = city.client()

    def read(path: str, rule: str, status: int = 200) -> Any:
        answer = client.get(path)
        check_described(rule, answer)
        assert answer.status_code == status, answer.text
        return answer.get_json(force=True)

    assert read(API, "/v1/cycles/{slug}/results", 409)["type"].endswith("/vote-not-counted")
    go_to(city, Phase.DELIVERY)
    do(OPERATOR, count_ballots, CountBallots(SLUG, TRUSTEES_KEY))
    whole = read(API, "/v1/cycles/{slug}/results")
    assert whole["turnout"] == {
        "entitled": 30,
        "credentials": 20,
        "on_paper": 0,
        "voted": 20,
        "ballots": 20,
        "ballots_on_paper": 0,
        "unreadable": 0,
        "districts": [
            {"code": "SW", "name": "SW side", "entitled": 24, "used": None},
            {"code": "SE", "name": "SE side", "entitled": 6, "used": None},
        ],
    }
    won = {part["code"]: part["winners"] for part in whole["parts"]}
    assert won == {"citywide": ["C1", "C3"], "SW": ["W1"], "SE": []}
    assert read(f"{API}/citywide", "/v1/cycles/{slug}/results/{part}")["other_rules"] is None
    while job := current_session().scalar(sa.select(Job.id).where(Job.state == "waiting")):
        run_job(job, JOBS)
    part = read(f"{API}/citywide", "/v1/cycles/{slug}/results/{part}")
    # The count itself was the other of the two usual rules.
    [shares] = part["other_rules"]
    assert (shares["rule"], set(shares["winners"]), shares["excluded"]) == (
        "equal-shares",
        {"C2", "C3"},
        part["excluded"],
    )
    told = {one["code"]: one for one in part["projects"]}
    assert [told[code]["votes"] for code in ("C1", "C2", "C3")] == [10, 10, 20]
    assert [one["code"] for one in part["projects"] if one["is_winner"]] == ["C3", "C1"]
    # In euros: 15,000 too dear, or one vote short.
    assert (told["C2"]["verdict"], told["C2"]["money_before"]) == ("does-not-fit", 5_000)
    assert told["C2"]["margin"] == {"votes": 1, "reduction": 15_000}
    assert part["parameters"]["variant"] == "skip"
    for file in part["files"]:
        assert hashlib.sha256(client.get(file["path"]).data).hexdigest() == file["sha256"]
    assert len(part["files"]) == 3
    election = read(f"/v1/elections/{part['slug']}", "/v1/elections/{slug}")
    assert election == part
    assert [one["slug"] for one in read("/v1/elections", "/v1/elections")][-1] == part["slug"]
    read(f"{API}/moon", "/v1/cycles/{slug}/results/{part}", 404)
    read("/v1/elections/a%00b", "/v1/elections/{slug}", 404)


def test_whoever_has_a_receipt_finds_the_ballot_as_it_was_counted(
    sqlite_city: World, capfd: pytest.CaptureFixture[str]
) -> None:
    make_vote(sqlite_city, ballot_form={"kind": "ranking"})
    enrol(dict.fromkeys(range(3), "SW"))
    go_to(sqlite_city, Phase.VOTE)
    old = cast(0, citywide="C1")
    receipt = cast(0, 2, citywide="C3 C1", SW="W2")
    cast(1, citywide="C2")
    client, page = sqlite_city.client(), f"/vote/{SLUG}/receipt"
    assert client.get(page).status_code == client.get(f"/budget/{SLUG}/results").status_code == 409
    go_to(sqlite_city, Phase.DELIVERY)
    do(OPERATOR, count_ballots, CountBallots(SLUG, TRUSTEES_KEY))
    results = client.get(f"/budget/{SLUG}/results").text
    assert read_page(results).faults == []
    for words in ("2 of 3 people voted", "2 of 3 projects won, for 50,000 EUR of 50,000 EUR."):
        assert words in results
    for where in (f"/budget/{SLUG}", f"/vote/{SLUG}", f"/elections/{SLUG}-citywide"):
        assert f'href="/budget/{SLUG}/results"' in client.get(where).text
    assert f'href="{page}"' in results
    for typed, words in (
        (old.receipt, ("a later ballot of yours", "your ballot is missing", "the count is wrong")),
        ("hello", ("16 letters and digits",)),
    ):
        answer = client.post(page, data={"receipt": typed})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
        assert all(one in answer.text for one in words)
    answer = client.post(page, data={"receipt": receipt.receipt.lower().replace("-", " ")})
    assert read_page(answer.text).faults == []
    shown = answer.text[answer.text.index("Whole city") : answer.text.index("Without asking us")]
    assert re.findall(r"Project \w\d", shown) == ["Project C3", "Project C1", "Project W2"]
    for id_ in receipt.published_ids.values():
        assert f"<code>{id_}</code>" in shown
    # The other way, with what the page says to type.
    [command] = re.findall(r"<pre[^>]*>(printf .*citywide.*)</pre>", answer.text)
    plain = unescape(re.sub(r"<[^>]+>", "", command)).replace("RECEIPT", receipt.receipt)
    said = subprocess.run(["sh", "-c", plain], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == receipt.published_ids["citywide"]
    written = "".join(capfd.readouterr())
    assert "/receipt" in written
    assert receipt.receipt not in written.upper().replace(" ", "-")
