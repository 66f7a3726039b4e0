"""Batches written without a network: whatever is sent again, and beside itself, is done once."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from described import check_described
from worlds import FAR_AWAY, IN_SE, IN_SW, STAFF, World

from backend.core.db import current_session
from backend.core.decision_log import find_faults
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.models import Comment, Incident, ServiceRequest
from backend.reports.photos.models import Photo
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


def test_everything_a_phone_writes_is_done_once_in_whatever_order(
    city: World, at_once: AtOnce
) -> None:
    token = city.client().post("/v1/devices").json["token"]
    phone = {"Authorization": f"Bearer {token}"}
    fixed, refused = new_id(1), new_id(2)
    numbers = [
        one["document"]["number"] for one in send(city, report(1), report(2, IN_SE), **phone)
    ]
    send(city, report(3, FAR_AWAY))
    for number, after, reason in zip(numbers, ("resolved", "refused"), (None, "No"), strict=True):
        with unit_of_work(STAFF) as work:
            change_status(work, ChangeStatus(number, State(after), 1, reason))
    batch = [
        {"kind": "appeal", "id": new_id(15), "report": refused, "reason": "Look again"},
        {"kind": "comment", "id": new_id(14), "report": new_id(11), "text": "Also dark"},
        {"kind": "photo", "id": new_id(13), "report": new_id(11), "size_bytes": 10},
        {"kind": "confirmation", "id": new_id(12), "report": fixed},
        {"kind": "me_too", "id": new_id(16), "report": new_id(3)},
        report(11, IN_SE),
    ]
    turned = [*reversed(batch)]
    outcomes = at_once(city, [lambda: send(city, *batch, **phone)] * 5)
    outcomes += [send(city, *turned, **phone)[::-1] for _ in range(5)]
    for at, command in enumerate(batch):
        statuses = sorted(results[at]["status"] for results in outcomes)
        assert statuses == [200] * 9 + [201], (command, statuses)
    session = current_session()
    session.rollback()
    states = sorted(session.scalars(sa.select(Incident.state)))
    assert states == ["confirmed", "received", "received", "reopened"]
    assert (count(Comment), count(Photo), count(ServiceRequest)) == (1, 1, 5)


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


def test_a_batch_that_is_none_is_refused_whole(sqlite_city: World) -> None:
    client = sqlite_city.client()
    for commands in ([], [{"kind": "dance", "id": new_id(1)}], [report(n) for n in range(101)]):
        answer = client.post("/v1/sync", json={"commands": commands})
        check_described("/v1/sync", answer)
        assert answer.status_code == 422
    assert count(ServiceRequest) == 0
