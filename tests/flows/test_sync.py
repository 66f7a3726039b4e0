"""Batches written without a network: whatever is sent again, and beside itself, is done once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from described import check_described, fits
from mobile_api.sync import _KINDS
from mobile_api.sync_schemas import COMMANDS
from worlds import FAR_AWAY, IN_SE, IN_SW, STAFF, World

from backend.core.config import Settings
from backend.core.db import current_session
from backend.core.decision_log import find_faults
from backend.core.runtime import EXTENSION, current_runtime
from backend.core.uow import unit_of_work
from backend.photos.models import Photo
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.models import Comment, Follower, Incident, OutcomeRating, ServiceRequest
from backend.reports.workflow import State
from backend.triage.models import QueueEntry

AtOnce = Callable[..., list[Any]]
TIMES = 10


def new_id(number: int) -> str:
    return f"01890000-0000-7000-8000-{number:012d}"


def report(number: int, place: tuple[float, float] = IN_SW, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "report",
        "id": new_id(number),
        "service_code": "POTHOLE",
        "description": f"Hole {number}",
        "lon": place[0],
        "lat": place[1],
        **changes,
    }


def send(city: World, *commands: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
    answer = city.client().post("/v1/sync", json={"commands": list(commands)}, headers=headers)
    check_described("/v1/sync", answer)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.get_json()["results"]
    return results


def a_phone(city: World) -> dict[str, str]:
    """The headers of a phone with a token of its own."""
    return {"Authorization": f"Bearer {city.client().post('/v1/devices').get_json()['token']}"}


def count(model: Any) -> int:
    session = current_session()
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_batch_sent_ten_times_half_of_it_beside_itself_is_done_once(
    city: World, at_once: AtOnce
) -> None:
    batch = [report(n, place) for n, place in enumerate((IN_SW, IN_SE, FAR_AWAY) * 4)]
    one_after_the_other = [send(city, *batch) for _ in range(TIMES // 2)]
    new = [report(50 + n) for n in range(8)]
    turned = [*reversed(new), *batch]
    beside = at_once(city, [lambda: send(city, *turned)] * (TIMES // 2))
    assert [one["status"] for one in one_after_the_other[0]] == [201] * len(batch)
    later = [*one_after_the_other[1:], *([one[len(new) :] for one in beside])]
    assert {one["status"] for results in later for one in results} == {200}
    # Each new one was made by exactly one of the five.
    for at in range(len(new)):
        assert sorted(results[at]["status"] for results in beside) == [200] * 4 + [201]
    numbers = {(one["id"], one["document"]["number"]) for results in beside for one in results}
    assert len(numbers) == len(batch) + len(new)
    assert {count(one) for one in (ServiceRequest, Incident, QueueEntry)} == {len(numbers)}
    key = current_runtime().settings.hash_key
    assert list(find_faults(current_session(), key)) == []


def commands_of_every_kind(city: World, phone: dict[str, str]) -> list[dict[str, Any]]:
    """One of each, which can all be done: two reports of `phone` are closed for it."""
    mine = send(city, report(1), report(2, IN_SE), **phone)
    [other, _] = send(city, report(4, FAR_AWAY), report(3, FAR_AWAY))
    rated, followed = mine[0]["document"]["number"], other["document"]["number"]
    city.client().put(f"/v1/reports/{followed}/following", headers=phone)
    for result, after in zip(mine, ("resolved", "refused"), strict=True):
        with unit_of_work(STAFF) as work:
            number = result["document"]["number"]
            change_status(work, ChangeStatus(number, State(after), 1, "As it is"))
    return [
        {"kind": "appeal", "id": new_id(15), "report": new_id(2), "reason": "Look again"},
        {"kind": "comment", "id": new_id(14), "report": new_id(11), "text": "Also dark"},
        {"kind": "photo", "id": new_id(13), "report": new_id(11), "size_bytes": 10},
        {"kind": "confirmation", "id": new_id(12), "report": new_id(1)},
        {"kind": "me_too", "id": new_id(16), "report": new_id(3)},
        {"kind": "unfollowing", "id": new_id(18), "report": followed},
        {"kind": "rating", "id": new_id(19), "report": rated, "answer": "no", "words": "Late"},
        {"kind": "following", "id": new_id(20), "report": new_id(3)},
        report(11, IN_SE),
    ]


def test_everything_a_phone_writes_is_done_once_in_whatever_order(
    city: World, at_once: AtOnce
) -> None:
    phone = a_phone(city)
    batch = commands_of_every_kind(city, phone)
    outcomes = at_once(city, [lambda: send(city, *batch, **phone)] * 5)
    outcomes += [send(city, *reversed(batch), **phone)[::-1] for _ in range(5)]
    for at, command in enumerate(batch):
        statuses = sorted(results[at]["status"] for results in outcomes)
        assert statuses == [200] * 9 + [201], (command, statuses)
    session = current_session()
    session.rollback()
    states = sorted(session.scalars(sa.select(Incident.state)))
    assert states == ["confirmed", "received", "received", "received", "reopened"]
    assert (count(Comment), count(Photo), count(ServiceRequest)) == (1, 1, 6)
    assert (count(OutcomeRating), count(Follower)) == (1, 1)


def test_what_is_rated_and_disputed_at_once_is_both(sqlite_city: World) -> None:
    phone = a_phone(sqlite_city)
    batch = commands_of_every_kind(sqlite_city, phone)
    [rating] = [one for one in batch if one["kind"] == "rating"]
    disputed = {"kind": "reopening", "id": new_id(17), "report": new_id(1), "reason": "No"}
    assert [one["status"] for one in send(sqlite_city, disputed, rating, **phone)] == [201, 201]
    # A closing that did not hold is rated no more.
    assert send(sqlite_city, rating, **phone)[0]["status"] == 409


def test_whoever_thinks_again_says_something_new(sqlite_city: World) -> None:
    phone = a_phone(sqlite_city)
    batch = commands_of_every_kind(sqlite_city, phone)
    [rating] = [one for one in batch if one["kind"] == "rating"]
    said = (rating, rating, rating | {"words": "Later"}, rating | {"answer": "yes"})
    assert [send(sqlite_city, one, **phone)[0]["status"] for one in said] == [201, 200, 201, 201]


ALONE = {
    "report": "/v1/reports",
    "me_too": "/v1/reports/{number}/me-too",
    "comment": "/v1/reports/{number}/comments",
    "confirmation": "/v1/reports/{number}/confirmation",
    "reopening": "/v1/reports/{number}/reopening",
    "appeal": "/v1/reports/{number}/appeal",
}


def alone(city: World, command: dict[str, Any], number: str, phone: dict[str, str]) -> Any:
    """What the request that does the same as `command` answers."""
    kind, client = command["kind"], city.client()
    if kind == "photo":
        return client.get(f"/v1/uploads/{command['id']}", headers=phone).get_json()
    if kind == "rating":
        said = {name: command[name] for name in ("answer", "words")}
        rated = client.put(f"/v1/reports/{command['report']}/rating", json=said, headers=phone)
        return rated.get_json()
    without = {"kind"} if kind == "report" else {"kind", "report"}
    said = {name: value for name, value in command.items() if name not in without}
    answer = client.post(ALONE[kind].format(number=number), json=said, headers=phone)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_batch_answers_what_each_request_answers_on_its_own(sqlite_city: World) -> None:
    phone = a_phone(sqlite_city)
    batch = commands_of_every_kind(sqlite_city, phone)
    batch.append({"kind": "reopening", "id": new_id(17), "report": new_id(1), "reason": "No"})
    assert {one["kind"] for one in batch} == COMMANDS.keys()
    for command in sorted(batch, key=lambda one: [*COMMANDS].index(one["kind"])):
        component = command["kind"].title().replace("_", "") + "Command"
        assert fits(component, command)
        assert fits("Batch", {"commands": [command]})
        [result] = send(sqlite_city, command, **phone)
        assert result["status"] == 201
        if command["kind"].endswith("following"):
            assert "document" not in result
            continue
        number = result["document"].get("number", "")
        assert result["document"] == alone(sqlite_city, command, number, phone)


def test_what_cannot_be_done_does_not_hold_up_the_rest(city: World) -> None:
    taken, wrong_place, no_words, unknown, good = send(
        city,
        report(1, description="Something else"),
        report(2, (200.0, 50.0)),
        report(3, description=" "),
        report(4, service_code="NOPE"),
        report(1),
    )
    # Both mean the same id: whichever comes first holds it, and the other is told so.
    assert (taken["status"], good["status"]) == (201, 409)
    assert good["problem"]["type"].endswith("/report-id-taken")
    assert [one["status"] for one in (wrong_place, no_words, unknown)] == [422, 422, 404]
    assert no_words["problem"]["errors"][0]["pointer"] == "/description"
    shapeless, later = send(city, {"kind": "report", "id": new_id(9)}, report(10))
    assert shapeless["status"] == 422
    assert {one["pointer"] for one in shapeless["problem"]["errors"]} >= {"/service_code", "/lat"}
    assert later["status"] == 201
    assert count(ServiceRequest) == 2


def test_what_is_no_command_is_refused_by_itself(sqlite_city: World) -> None:
    """Each result says which command it belongs to, by its place where it has no id."""
    strange: list[tuple[Any, str | None, str]] = [
        ({"kind": "dance", "id": new_id(1)}, new_id(1), "/kind"),
        ({"kind": ["report"], "id": new_id(1)}, new_id(1), "/kind"),
        ({"id": new_id(1)}, new_id(1), "/kind"),
        (report(1, id="me"), None, "/id"),
        (report(1, id=None), None, "/id"),
        (report(1, colour="red"), new_id(1), "/colour"),
        ({"kind": "comment", "id": 7, "report": "x", "text": "x"}, None, "/id"),
        ({"kind": "comment", "id": new_id(1), "report": new_id(1)}, new_id(1), "/text"),
        (None, None, ""),
        ("report", None, ""),
        ([report(1)], None, ""),
    ]
    results = send(sqlite_city, *(command for command, _, _ in strange), report(5))
    assert [one["index"] for one in results] == list(range(len(strange) + 1))
    for result, (command, id_, pointer) in zip(results, strange, strict=False):
        assert not fits("Batch", {"commands": [command]})
        assert (result["status"], result["id"]) == (422, id_), command
        assert [one["pointer"] for one in result["problem"]["errors"]] == [pointer]
    assert results[-1]["status"] == 201


def test_a_command_that_crashes_takes_no_other_along(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setitem(_KINDS, "comment", replace(_KINDS["comment"], run=crash))
    comment = {"kind": "comment", "id": new_id(2), "report": new_id(1), "text": "x"}
    crashed, taken = send(sqlite_city, comment, report(1))
    assert (crashed["status"], taken["status"]) == (500, 201)
    assert crashed["problem"]["type"].endswith("/our-fault")


def test_a_batch_that_is_none_is_refused_whole(sqlite_city: World) -> None:
    client = sqlite_city.client()
    for body in ([], {}, {"commands": {}}, {"commands": [report(n) for n in range(101)]}):
        answer = client.post("/v1/sync", json=body)
        check_described("/v1/sync", answer)
        assert answer.status_code == 422
    assert "at most 100 commands" in answer.get_json(force=True)["errors"][0]["detail"]
    assert client.post("/v1/sync", data="[").status_code == 415
    assert send(sqlite_city) == []
    assert count(ServiceRequest) == 0


def limited(city: World, **rules: str) -> None:
    runtime = city.app.extensions[EXTENSION]
    runtime.settings = replace(runtime.settings, **rules)


def test_a_day_without_a_network_comes_in_at_once(sqlite_city: World) -> None:
    usual = Settings()
    limited(
        sqlite_city,
        report_limit=usual.report_limit,
        device_report_limit="100 per hour",
        alike_limit=usual.alike_limit,
    )
    phone, day = a_phone(sqlite_city), [report(n) for n in range(65)]
    # And again, until an answer comes: what is there already counts for nothing.
    for status in (201, 200, 200):
        assert {one["status"] for one in send(sqlite_city, *day, **phone)} == {status}


def test_who_brings_too_much_is_told_when_to_bring_the_rest(sqlite_city: World) -> None:
    limited(sqlite_city, report_limit="5 per minute", device_report_limit="6 per hour")
    senders: tuple[tuple[int, int, dict[str, str]], ...] = (
        (5, 60, {}),
        (6, 3600, a_phone(sqlite_city)),
    )
    for most, seconds, phone in senders:
        results = send(sqlite_city, *(report(100 * most + n) for n in range(most + 2)), **phone)
        assert [one["status"] for one in results] == [201] * most + [429] * 2
        for one in results[most:]:
            assert seconds - 5 <= one["problem"]["retry_after"] <= seconds
    assert count(ServiceRequest) == 11
    # Each kind of thing is counted, and with what does the same on its own.
    about = {"report": new_id(500)}
    photos = [{"kind": "photo", "id": new_id(n), "size_bytes": 10, **about} for n in range(7)]
    words = [{"kind": "comment", "id": new_id(n), "text": "x", **about} for n in range(7)]
    taps = [{"kind": "me_too", "id": new_id(n), **about} for n in range(7)]
    for batch, taken in ((photos, 5), (words, 5), (taps, 0)):
        results = send(sqlite_city, *batch)
        assert [one["status"] for one in results] == [201] * taken + [429] * (7 - taken)
