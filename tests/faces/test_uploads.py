"""Photos over HTTP: sent by a tus client, followed by its phone, seen by everybody once public."""

import base64
import socket
from dataclasses import replace
from typing import Any

import pytest
from described import check_described
from pictures import decoded, encoded, scene
from sites import served
from werkzeug.test import TestResponse
from worlds import STAFF, World, a_report

from backend.cli.serve import server_options
from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.core.job_runner import run_job
from backend.core.jobs import stuck_jobs
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.commands import ModeratePhoto, Verdict
from backend.photos.moderate_photo import moderate_photo
from backend.photos.queries import photos_to_review
from backend.photos.rules import MAX_BYTES
from backend.reports.file_report import file_report
from backend.wiring import JOBS

SLOT = "01890000-0000-7000-8000-00000000abcd"
REPORT = str(a_report(1).id)
TUS = {"Tus-Resumable": "1.0.0"}
# Longer than anything else this program takes in one request.
JPEG = encoded(scene(1200, 900), quality=95) + b"\0" * 300_000


def metadata(**said: str) -> str:
    """As tus clients write it, with what they add of their own."""
    said = {"filename": "IMG 1.jpg", **said}
    pairs = [f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items()]
    return ",".join([*pairs, "is_confidential"])


def announce(city: World, size: int = len(JPEG), slot: str = SLOT, **headers: str) -> TestResponse:
    said = {"Upload-Length": str(size), "Upload-Metadata": metadata(slot=slot, report=REPORT)}
    answer: TestResponse = city.client().post("/v1/uploads", headers={**TUS, **said, **headers})
    check_described("/v1/uploads", answer)
    return answer


def send(city: World, data: bytes, offset: int, slot: str = SLOT, **headers: str) -> TestResponse:
    said = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    answer: TestResponse = city.client().patch(
        f"/v1/uploads/{slot}", data=data, headers={**TUS, **said, **headers}
    )
    if answer.status_code != 204:
        check_described("/v1/uploads/{slot}", answer)
    return answer


def offset(city: World) -> str:
    answer = city.client().head(f"/v1/uploads/{SLOT}", headers=TUS)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["Upload-Length"] == str(len(JPEG))
    return answer.headers["Upload-Offset"]


def followed(city: World, slot: str = SLOT) -> dict[str, Any]:
    answer = city.client().get(f"/v1/uploads/{slot}")
    check_described("/v1/uploads/{slot}", answer)
    document: dict[str, Any] = answer.get_json()
    return document


def file() -> str:
    with unit_of_work(ANONYMOUS) as work:
        return file_report(work, a_report(1)).number


def work_off(city: World) -> None:
    for job_id in stuck_jobs(current_session(), city.clock.now()):
        run_job(job_id, JOBS)


def judge(verdict: Verdict, reason: str | None = None) -> None:
    [waiting] = photos_to_review(current_session(), limit=2)
    with unit_of_work(STAFF) as work:
        moderate_photo(work, ModeratePhoto(waiting.rendering_id, verdict, reason))


def slug(answer: TestResponse) -> str:
    kind: str = answer.get_json(force=True)["type"]
    return kind.rpartition("/")[2]


def test_a_phone_sends_a_photo_over_a_bad_network_and_everybody_sees_it(city: World) -> None:
    created = announce(city)
    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "0")
    assert created.headers["Location"].endswith(f"/v1/uploads/{SLOT}")
    first = send(city, JPEG[:300_000], 0)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "300000")
    # The answer was lost: the phone announces, asks and sends again.
    assert announce(city).headers["Upload-Offset"] == "300000" == offset(city)
    assert (send(city, JPEG[:300_000], 0).status_code, offset(city)) == (409, "300000")
    assert send(city, JPEG[300_000:], 300_000).status_code == 204
    number = file()
    assert followed(city)["state"] == "processing"
    work_off(city)
    assert (followed(city)["state"], followed(city)["url"]) == ("held", None)
    assert city.client().get(f"/v1/reports/{number}/photos").get_json() == []
    judge(Verdict.APPROVE)
    listed = city.client().get(f"/v1/reports/{number}/photos")
    check_described("/v1/reports/{number}/photos", listed)
    [photo] = listed.get_json()
    assert followed(city)["url"] == photo["url"]
    for address, size in ((photo["url"], (1200, 900)), (photo["thumbnail_url"], (400, 300))):
        answer = city.client().get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert decoded(answer.data).size == size
        assert answer.headers["Cache-Control"] == "public, max-age=86400, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        again = city.client().get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    # The public address says nothing about the slot, whose holder may remove the photo.
    assert SLOT not in listed.text
    assert city.client().delete(f"/v1/uploads/{SLOT}", headers=TUS).status_code == 204
    gone = city.client().get(photo["url"])
    check_described("/v1/photos/{id}", gone)
    assert (gone.status_code, slug(gone)) == (404, "photo-not-found")


def test_a_refused_photo_says_why(sqlite_city: World) -> None:
    file()
    announce(sqlite_city, size=4)
    send(sqlite_city, b"<svg", 0)
    work_off(sqlite_city)
    refused = followed(sqlite_city)
    assert (refused["state"], refused["reason"], refused["url"]) == ("refused", None, None)
    assert refused["problem"]["type"].endswith("/photo-format-unknown")
    assert "JPEG" in refused["problem"]["detail"]
    other = SLOT.replace("abcd", "abce")
    announce(sqlite_city, slot=other)
    send(sqlite_city, JPEG, 0, other)
    work_off(sqlite_city)
    judge(Verdict.REFUSE, "A face can be seen")
    judged = followed(sqlite_city, other)
    assert judged["problem"]["type"].endswith("/photo-refused")
    assert judged["reason"] == "A face can be seen"


def test_the_protocol_is_tus(sqlite_city: World) -> None:
    client = sqlite_city.client()
    offered = client.options("/v1/uploads").headers
    assert offered["Tus-Version"] == "1.0.0"
    assert offered["Tus-Extension"] == "creation,termination"
    assert offered["Tus-Max-Size"] == str(MAX_BYTES)
    assert announce(sqlite_city).headers["Tus-Resumable"] == "1.0.0"
    older = announce(sqlite_city, **{"Tus-Resumable": "0.2.2"})
    assert (older.status_code, older.headers["Tus-Version"]) == (412, "1.0.0")
    for method in ("HEAD", "PATCH", "DELETE"):
        assert client.open(f"/v1/uploads/{SLOT}", method=method).status_code == 412
    assert announce(sqlite_city, MAX_BYTES + 1).status_code == 413
    refused = [
        (send(sqlite_city, b"x", 1), 409, "upload-not-here"),
        (send(sqlite_city, b"x", 0, **{"Content-Type": "image/jpeg"}), 415, "upload-not-octets"),
        (send(sqlite_city, b"x", 0, SLOT.replace("a", "b")), 404, "upload-not-found"),
        (send(sqlite_city, JPEG + b"x", 0), 413, "upload-too-long"),
        (send(sqlite_city, b"\0" * (MAX_BYTES + 1), 0), 413, "too-large"),
    ]
    for answer, status, problem in refused:
        assert (answer.status_code, slug(answer)) == (status, problem)
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert send(sqlite_city, b"", 0).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": "many"},
        {"Upload-Length": "-1"},
        {"Upload-Length": "9" * 40},
        {"Upload-Metadata": ""},
        {"Upload-Metadata": "slot !!!,report !!!"},
        {"Upload-Metadata": f"slot {base64.b64encode(bytes([255])).decode()}"},
        {"Upload-Metadata": metadata(slot="1", report=REPORT)},
        {"Upload-Metadata": metadata(slot=SLOT)},
    ],
)
def test_what_cannot_be_read_is_pointed_at(sqlite_city: World, headers: dict[str, str]) -> None:
    answer = announce(sqlite_city, **headers)
    assert (answer.status_code, slug(answer)) == (422, "fields-not-valid")
    assert [one["pointer"] for one in answer.get_json(force=True)["errors"]] == [
        f"/{next(iter(headers))}"
    ]


def test_a_phone_with_a_token_keeps_its_photos_to_itself(sqlite_city: World) -> None:
    tokens = [sqlite_city.client().post("/v1/devices").get_json()["token"] for _ in range(2)]
    mine, other = ({"Authorization": f"Bearer {token}"} for token in tokens)
    assert announce(sqlite_city, **mine).status_code == 201
    client = sqlite_city.client()
    for headers in (other, {}):
        assert client.get(f"/v1/uploads/{SLOT}", headers=headers).status_code == 404
        assert client.delete(f"/v1/uploads/{SLOT}", headers=TUS | headers).status_code == 404
        assert send(sqlite_city, b"x", 0, **headers).status_code == 404
        assert announce(sqlite_city, **headers).status_code == 404
    assert client.get(f"/v1/uploads/{SLOT}", headers=mine).status_code == 200


def test_of_pieces_for_the_same_place_one_is_kept(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are in the store when the first is taken up."""
    announce(sqlite_city)
    media = current_runtime().media
    put, answers = media.put, []

    def put_after_another(name: str, data: bytes) -> None:
        monkeypatch.setattr(media, "put", put)
        answers.append(send(sqlite_city, JPEG[:1000], 0))
        put(name, data)

    monkeypatch.setattr(media, "put", put_after_another)
    answers.append(send(sqlite_city, JPEG[:1000], 0))
    assert [answer.status_code for answer in answers] == [204, 409]
    assert len(list(media.names("pieces/"))) == 1


def test_one_address_sends_so_many_bytes(sqlite_city: World) -> None:
    runtime = current_runtime()
    runtime.settings = replace(runtime.settings, upload_limit="2 per hour")
    piece = bytes(2**20 + 1)
    announce(sqlite_city, 3 * len(piece))
    # One begins the second MiB.
    assert [send(sqlite_city, piece, at).status_code for at in (0, len(piece))] == [204, 429]


def test_a_body_nobody_takes_is_refused_before_it_is_sent(sqlite_city: World) -> None:
    options = server_options(current_runtime().settings) | {"host": "127.0.0.1", "port": 0}
    with served(sqlite_city.app, **options) as url:
        there = ("127.0.0.1", int(url.rpartition(":")[2]))
        with socket.create_connection(there, timeout=5) as phone:
            head = f"POST /v1/devices HTTP/1.1\r\nHost: a\r\nContent-Length: {49 * 1024**2}\r\n\r\n"
            phone.sendall(head.encode())
            assert phone.recv(20).startswith(b"HTTP/1.1 413")


def test_only_uploads_take_long_bodies(sqlite_city: World) -> None:
    long = sqlite_city.client().post(
        "/v1/reports", data=b" " * 300_000, content_type="application/json"
    )
    assert long.status_code == 413
