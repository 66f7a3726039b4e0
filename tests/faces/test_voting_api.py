"""Voting by phone: from the form to the receipt, and what no phone should send."""

import json
from typing import Any

import sqlalchemy as sa
from acting import do
from cycles import go_to
from described import check_described
from votes import SLUG, code_of, enrol, make_vote
from worlds import World

from backend.ballots.cycle.phases import Phase
from backend.ballots.voting.commands import ImportRoll
from backend.ballots.voting.hash_roll import read_roll
from backend.ballots.voting.import_roll import import_roll
from backend.ballots.voting.models import SealedBallot, VoteCode
from backend.ballots.voting.voter_hashes import roll_hashes
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.job_runner import run_job
from backend.core.jobs import Job
from backend.core.runtime import current_runtime
from backend.wiring import JOBS

BASE = f"/v1/cycles/{SLUG}"
RULE = "/v1/cycles/{slug}"
NONCE, ATTEMPT = "ab" * 16, "cd" * 16


def a_body(credential: str, **changes: Any) -> dict[str, Any]:
    parts = {"citywide": {"projects": ["C1", "C2"]}, "SW": {"projects": ["W1"]}}
    body = {"credential": credential, "sequence": 1, "attempt": ATTEMPT, "parts": parts}
    return body | changes


def test_a_phone_votes_with_what_the_description_says(city: World) -> None:
    make_vote(city)
    enrol({1: "SW"})
    go_to(city, Phase.VOTE)
    client = city.client()

    def send(method: str, path: str, body: Any = None) -> Any:
        # A token that comes along, even one that is none, plays no part.
        answer = client.open(
            BASE + path, method=method, json=body, headers={"Authorization": "Bearer x"}
        )
        check_described(RULE + path, answer)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        return answer.get_json()

    form = send("GET", "/ballot-form")
    assert (form["is_open"], form["is_over"], form["form"]["max"]) == (True, False, 3)
    assert [len(part["projects"]) for part in form["parts"]] == [3, 2, 1]
    issued = send("POST", "/credentials", {"access_code": code_of(1)})
    assert (issued["district"], issued["is_test"]) == ("SW", False)
    credential = issued["credential"]
    assert send("POST", "/ballot-status", {"credential": credential}) == {"sequence": 0}
    receipt = send("PUT", "/ballot", a_body(credential))
    assert receipt == send("PUT", "/ballot", a_body(credential))
    assert receipt["published_ids"].keys() == {"citywide", "SW"}
    again = a_body(credential, sequence=2, parts={"citywide": {"projects": ["C3"]}})
    assert send("PUT", "/ballot", again)["receipt"] != receipt["receipt"]
    assert send("POST", "/ballot-status", {"credential": credential}) == {"sequence": 2}
    go_to(city, Phase.DELIVERY)
    form = send("GET", "/ballot-form")
    assert (form["is_open"], form["is_over"]) == (False, True)


def test_what_no_phone_should_send_gets_its_own_problem(sqlite_city: World) -> None:
    make_vote(sqlite_city)
    enrol({1: "SW"})
    go_to(sqlite_city, Phase.VOTE)
    client = sqlite_city.client()
    answer = client.post(f"{BASE}/credentials", json={"access_code": code_of(1)})
    credential = answer.get_json()["credential"]
    bad = {"citywide": {"projects": ["C1", "C1", "X"]}, "SE": {"projects": ["E1"], "points": [1]}}
    code, twice = {"access_code": code_of(1)}, {"access_code": "x", "address": "y"}
    voter = {"register_number": "1", "address": "y"}
    in_city = [f"/parts/citywide/projects/{place}" for place in (1, 2)]
    of_unnamed = ["/parts/?/key", "/parts/?/value/projects"]
    invalid = "fields-not-valid"
    cases: list[tuple[str, dict[str, Any], int, str, list[str]]] = [
        ("credentials", {"access_code": "0000 0000 0000 0002"}, 403, "vote-code-unknown", []),
        ("credentials", {}, 422, invalid, ["/access_code"]),
        ("credentials", twice, 422, invalid, ["/access_code"]),
        ("credentials", code | {"nonce": "1"}, 422, invalid, ["/nonce"]),
        ("credentials", code | {"nonce": NONCE}, 409, "credential-issued", []),
        ("vote-codes", voter, 422, "address-not-valid", ["/address"]),
        ("ballot-status", {"credential": "\ud800"}, 403, "credential-not-valid", []),
        ("ballot", a_body("e30"), 403, "credential-not-valid", []),
        ("ballot", a_body(credential, sequence=7), 409, "ballot-superseded", []),
        ("ballot", a_body(credential, sequence=2**31), 422, invalid, ["/sequence"]),
        ("ballot", a_body(credential, channel="paper"), 422, invalid, ["/channel"]),
        ("ballot", a_body(credential, parts={}), 422, "ballot-empty", ["/parts"]),
        ("ballot", a_body(credential, parts={"\ud800": {}}), 422, invalid, of_unnamed),
        (
            "ballot",
            a_body(credential, parts=bad),
            422,
            "ballot-part-not-yours",
            ["/parts/SE", "/parts/SE/points", *in_city],
        ),
    ]
    for path, body, status, problem, pointers in cases:
        method = "PUT" if path == "ballot" else "POST"
        answer = client.open(f"{BASE}/{path}", method=method, json=body)
        check_described(f"{RULE}/{path}", answer)
        found = answer.get_json(force=True)
        said = (answer.status_code, found["type"].rpartition("/")[2])
        assert said == (status, problem), found
        assert [one["pointer"] for one in found.get("errors", ())] == pointers, found
    assert current_session().query(SealedBallot).count() == 0
    for path in ("/v1/cycles/nowhere/ballot-form", "/v1/cycles/a%00b/ballot-form"):
        assert client.get(path).status_code == 404


def test_a_voter_of_the_register_gets_a_code_by_mail_in_their_language(sqlite_city: World) -> None:
    make_vote(sqlite_city)
    hashes = roll_hashes(current_runtime().settings.hash_key, SLUG)
    register = ["register_number,district,email", "12,SW,a@lanterns.example"]
    do(OPERATOR, import_roll, ImportRoll(SLUG, list(read_roll(register, hashes, ""))))
    go_to(sqlite_city, Phase.VOTE)
    client, voter = (
        sqlite_city.client(),
        {"register_number": "1 2", "address": "A@lanterns.example"},
    )
    sent = [
        client.post(f"{BASE}/vote-codes", json=asked, headers={"Accept-Language": "es-MX"})
        for asked in (voter, voter | {"register_number": "13"})
    ]
    for answer in sent:
        check_described(f"{RULE}/vote-codes", answer)
    assert {(one.status_code, one.text) for one in sent} == {(202, sent[0].text)}
    for job in current_session().scalars(sa.select(Job.id).order_by(Job.id)).all():
        assert run_job(job, JOBS)
    [message] = (sqlite_city.data_dir / "messages.jsonl").read_text().splitlines()
    said = json.loads(message)
    assert said["subject"] == "Tu código para votar"
    digits, words = said["text"].split(maxsplit=1)
    assert words.startswith("es tu código para votar. Vale durante 10 minutos")
    assert [one.sealed for one in current_session().scalars(sa.select(VoteCode))].count(None) == 1
    proof = voter | {"one_time_code": digits, "nonce": NONCE}
    answer = client.post(f"{BASE}/credentials", json=proof)
    assert answer.status_code == 200, answer.text
    wrong = client.post(f"{BASE}/credentials", json=proof | {"one_time_code": "1"})
    check_described(f"{RULE}/credentials", wrong)
    assert wrong.get_json(force=True)["type"].endswith("vote-code-not-right")
