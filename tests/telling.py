"""Phones that are told of things, and what makes the city tell them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from acting import do
from described import check_described
from push_service import Browser
from receivers import Receiver, receiving
from werkzeug.test import TestResponse
from worlds import NOON, STAFF, World, a_report

from backend.accounts.identify import resident_of_token
from backend.core.actors import Actor
from backend.core.db import current_session
from backend.core.job_runner import run_job
from backend.core.jobs import stuck_jobs
from backend.core.runtime import current_runtime
from backend.delivery.notices.leave_notices import SETTLES
from backend.delivery.notices.models import Notice
from backend.reports.add_comment import add_comment
from backend.reports.ask_reporter import ask_reporter
from backend.reports.change_status import change_status
from backend.reports.commands import AddComment, AskReporter, ChangeStatus
from backend.reports.queries import find_incident
from backend.reports.workflow import State
from backend.wiring import JOBS

SITE = "https://reports.testwick.example"


@contextmanager
def push_service() -> Iterator[Receiver]:
    """A push service that takes what it is given, for the city of the test."""
    runtime = current_runtime()
    networks = ("127.0.0.0/8", "::1/128")
    runtime.settings = replace(runtime.settings, push_networks=networks, public_url=SITE)
    with receiving() as service:
        service.statuses = [201]
        yield service


class Phone:
    """A device with its token."""

    def __init__(self, city: World) -> None:
        self.city = city
        self.headers: dict[str, str] = {}
        self.headers = self.bearing(self.ask("POST", "/devices").json["token"])

    def bearing(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"}

    def ask(self, verb: str, path: str, body: Any = None) -> TestResponse:
        answer: TestResponse = self.city.client().open(
            f"/v1{path}", method=verb, json=body, headers=self.headers
        )
        return answer

    def actor(self) -> Actor:
        token = self.headers["Authorization"].removeprefix("Bearer ")
        runtime = current_runtime()
        found = resident_of_token(current_session(), runtime, token, runtime.clock.now())
        current_session().rollback()
        return found

    def report(self, number: int = 1) -> str:
        command = a_report(number)
        words = {"service_code": "POTHOLE", "description": "By the quay"}
        body = {"id": str(command.id), **words, "lon": command.lon, "lat": command.lat}
        filed: str = self.ask("POST", "/reports", body).json["number"]
        return filed

    def register(
        self, number: int, kind: str, address: dict[str, str], language: str = "en"
    ) -> TestResponse:
        body = {"kind": kind, "address": address, "language": language}
        answer = self.ask("PUT", f"/me/notices/registrations/{UUID(int=number)}", body)
        check_described("/v1/me/notices/registrations/{registration}", answer)
        return answer

    def subscribe(self, service: Receiver, name: str = "1", language: str = "en") -> Browser:
        browser = Browser(service, name)
        # The city's key, without which no browser subscribes.
        assert self.ask("GET", "/notices").json["vapid_public_key"]
        answer = self.register(int(name), "webpush", browser.subscription, language)
        assert answer.status_code == 200, answer.text
        return browser

    def wish(self, **changes: Any) -> TestResponse:
        topics = changes.pop("topics", {})
        wishes = self.ask("GET", "/me/notices/wishes").json | changes
        wishes["topics"] |= topics
        answer = self.ask("PUT", "/me/notices/wishes", wishes)
        check_described("/v1/me/notices/wishes", answer)
        return answer


def move(number: str, after: State, reason: str | None = None) -> None:
    version = find_incident(current_session(), number).version
    day = NOON.date() + timedelta(days=7) if after is State.SCHEDULED else None
    do(STAFF, change_status, ChangeStatus(number, after, version, reason, scheduled_for=day))


def answer(number: str, text: str, key: int = 1) -> None:
    do(STAFF, add_comment, AddComment(UUID(int=key), number, text, is_answer=True))


def ask(number: str, question: str) -> None:
    move(number, State.TRIAGED)
    version = find_incident(current_session(), number).version
    do(STAFF, ask_reporter, AskReporter(UUID(int=5), number, question, version))


def pass_time(world: World, **time: float) -> None:
    """Let it pass, and do what is due then until nothing is."""
    world.clock.advance(**time)
    while due := stuck_jobs(current_session(), world.clock.now()):
        current_session().rollback()
        for job_id in due:
            run_job(job_id, JOBS)
    current_session().rollback()


def settle(world: World) -> None:
    pass_time(world, seconds=SETTLES.total_seconds())


def rows() -> list[Notice]:
    session = current_session()
    session.rollback()
    return list(session.scalars(sa.select(Notice).order_by(Notice.happened_at, Notice.id)))


def states() -> list[tuple[str, str | None]]:
    return [(row.state, row.reason) for row in rows()]


def session_of(phone: Phone, address: str) -> str:
    phone.ask("POST", "/accounts/codes", {"address": address})
    settle(phone.city)
    code = mails(phone.city)[-1]["text"].split()[0]
    session = phone.ask("POST", "/accounts/sessions", {"address": address, "code": code})
    token: str = session.json["token"]
    return token


def mails(city: World) -> list[dict[str, Any]]:
    path = city.data_dir / "messages.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
