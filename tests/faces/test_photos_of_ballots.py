"""Photos of proposals and of what is built over HTTP: sent, looked at, and seen on their pages."""

import base64
from typing import Any

import pytest
from cycles import go_to, make_cycle
from described import check_described
from pictures import decoded, encoded, scene
from proposing import an_id, propose
from werkzeug.test import Client
from winners import SLUG, TODAY, begin, count_winners
from worlds import PASSWORD, World, a_report

from backend.accounts.identify import resident_of_token
from backend.ballots.cycle.phases import Phase
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.job_runner import run_job
from backend.core.jobs import stuck_jobs
from backend.core.runtime import current_runtime
from backend.wiring import JOBS

JPEG = encoded(scene())
SLOT = str(an_id(900))
OCTETS = "application/offset+octet-stream"
WORDS = 'A wall & a "broken" swing'


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def at_the_desk(client: Client) -> dict[str, str]:
    typed = {"username": Role.WARD_STAFF.value, "password": PASSWORD}
    return bearer(client.post("/v1/desk/sessions", json=typed).get_json()["token"])


def announce(client: Client, who: dict[str, str], **said: str) -> Any:
    said = {"slot": SLOT, **said}
    pairs = [f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items()]
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(JPEG))}
    answer = client.post("/v1/uploads", headers={**who, **tus, "Upload-Metadata": ",".join(pairs)})
    check_described("/v1/uploads", answer)
    return answer


def send(world: World, client: Client, who: dict[str, str]) -> dict[str, Any]:
    """All bytes, and where the photo stands once the worker has seen it."""
    piece = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": OCTETS}
    sent = client.patch(f"/v1/uploads/{SLOT}", data=JPEG, headers={**who, **piece})
    assert sent.status_code == 204, sent.text
    for job_id in stuck_jobs(current_session(), world.clock.now()):
        run_job(job_id, JOBS)
    answer = client.get(f"/v1/uploads/{SLOT}", headers=who)
    check_described("/v1/uploads/{slot}", answer)
    document: dict[str, Any] = answer.get_json()
    return document


def test_a_phone_shows_what_is_proposed_and_everybody_reads_what_it_shows(
    sqlite_city: World,
) -> None:
    make_cycle()
    go_to(sqlite_city, Phase.IDEAS)
    client = sqlite_city.client()
    token = client.post("/v1/devices").get_json()["token"]
    session, runtime = current_session(), current_runtime()
    number = propose(1, resident_of_token(session, runtime, token, runtime.clock.now()))
    phone = bearer(token)
    created = announce(client, phone, proposal=number, alt=WORDS)
    assert (created.status_code, created.get_json()["proposal"]) == (201, number)
    assert "report" not in created.get_json()
    assert send(sqlite_city, client, phone)["state"] == "held"
    page, api = f"/proposals/{number}", f"/v1/proposals/{number}"
    assert client.get(api).get_json()["photos"] == []

    desk = at_the_desk(client)
    listed = client.get("/v1/desk/photos", headers=desk)
    check_described("/v1/desk/photos", listed)
    [waiting] = listed.get_json()
    assert (waiting["proposal"], waiting["alt"]) == (number, WORDS)
    assert "report" not in waiting
    assert "<img" not in client.get(page).text
    approved = client.post(f"/v1/desk/photos/{waiting['id']}/approval", headers=desk)
    assert approved.status_code == 204

    told = client.get(api)
    check_described("/v1/proposals/{number}", told)
    [photo] = told.get_json()["photos"]
    assert (photo["alt"], photo["width"]) == (WORDS, 320)
    listed = client.get(f"/v1/cycles/{SLUG}/proposals")
    check_described("/v1/cycles/{slug}/proposals", listed)
    assert [one["photo"] for one in listed.get_json()["proposals"]] == [photo]
    text = client.get(page).text
    assert 'alt="A wall &amp; a &#34;broken&#34; swing"' in text
    assert f'src="/v1/photos/{photo["id"]}/thumbnail"' in text
    assert decoded(client.get(f"/v1/photos/{photo['id']}/thumbnail").data).size == (320, 240)
    log = client.get("/decisions").text
    assert f"Proposal {number}: a photo was shown" in log
    assert client.get("/v1/moderation").get_json()["counts"]["proposal.photo_refused"] == 0


def test_staff_show_a_step_of_what_is_built(sqlite_city: World) -> None:
    count_winners(sqlite_city)
    begin("PARK", TODAY)
    client = sqlite_city.client()
    desk, said = at_the_desk(client), {"id": SLOT, "size_bytes": len(JPEG)}
    rule = "/v1/desk/cycles/{slug}/projects/{code}/milestones/{number}/photos"

    def step(number: int, who: dict[str, str]) -> Any:
        path = rule.format(slug=SLUG, code="PARK", number=number)
        answer = client.post(path, json=said, headers=who)
        check_described(rule, answer)
        return answer

    assert [step(1, {}).status_code, step(7, desk).status_code] == [401, 404]
    made = step(1, desk)
    assert (made.status_code, made.get_json()["milestone"]) == (201, f"{SLUG}/PARK/1")
    assert send(sqlite_city, client, {})["state"] == "public"
    answer = client.get(f"/v1/cycles/{SLUG}/projects/PARK")
    check_described("/v1/cycles/{slug}/projects/{code}", answer)
    [milestone] = answer.get_json()["milestones"]
    [photo] = milestone["photos"]
    assert photo["alt"] is None
    listed = client.get(f"/v1/cycles/{SLUG}/projects")
    check_described("/v1/cycles/{slug}/projects", listed)
    pictures = {one["code"]: one["photo"] for one in listed.get_json()["projects"]}
    assert pictures.pop("PARK") == photo
    assert set(pictures.values()) == {None}
    page = client.get(f"/budget/{SLUG}/projects/PARK").text
    assert f'href="/v1/photos/{photo["id"]}"' in page
    assert 'alt="Photo 1, without a description"' in page


@pytest.mark.parametrize(
    "said",
    [
        {"report": str(a_report(1).id), "proposal": "GH6BCFNX"},
        {},
    ],
)
def test_a_photo_is_of_one_thing_that_can_be_named(
    sqlite_city: World, said: dict[str, str]
) -> None:
    assert announce(sqlite_city.client(), {}, **said).status_code == 422
