"""Other people's clients, as they come from PyPI, against a served city."""

import io
import itertools
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
import sites
from georeport import GeoReport
from open311 import a_form, program
from PIL import Image
from worlds import STAFF, World

from backend.core.actors import OPERATOR
from backend.core.db import db
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import ServiceAttribute
from backend.reports.workflow import State


@dataclass(frozen=True, slots=True)
class Served:
    """A city at an address, a key to it, and three reports, the last of them closed."""

    url: str
    key: str
    numbers: list[str]


@pytest.fixture
def served(sqlite_city: World) -> Iterator[Served]:
    """A served city with a service that asks something."""
    client = program(sqlite_city)
    numbers = [client.report() for _ in range(3)]
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(numbers[2], State.RESOLVED, 1))
    with unit_of_work(OPERATOR) as work:
        asked = {"datatype": "string", "description": "Whose?", "position": 1}
        work.session.add(ServiceAttribute(service_code="BENCH", code="WHOSE", **asked))
        mark_catalogue(work)
    with sites.served(sqlite_city.app, threads=2) as url:
        yield Served(f"{url}/open311/v2", client.key, numbers)
    with sqlite_city.app.app_context():
        db.engine.dispose()


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The client `three`, which was written for Python 2 and looks for one name of it."""
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    with warnings.catch_warnings():
        # What it stands on is as old.
        warnings.simplefilter("ignore")
        return import_module("three").Three


def test_georeport_reads_everything(served: Served, subtests: pytest.Subtests) -> None:
    for form, jurisdiction in itertools.product(("json", "xml"), (None, "city.example")):
        with subtests.test(form=form, jurisdiction=jurisdiction):
            reads_everything(
                served, GeoReport(served.url, jurisdiction=jurisdiction, output_format=form)
            )


def reads_everything(served: Served, client: GeoReport) -> None:
    services = {one["service_code"]: one for one in client.get_service_list()}
    assert services["POTHOLE"]["service_name"] == "Pothole"
    definition = client.get_service_definition("BENCH")
    assert definition["service_code"] == "BENCH"
    assert "WHOSE" in str(definition["attributes"])
    listed = client.get_service_requests(status="open", service_code="POTHOLE")
    assert {one["service_request_id"] for one in listed} == set(served.numbers[:2])
    named = client.get_service_requests(service_request_id=",".join(served.numbers))
    assert len(named) == 3
    one = client.get_service_request(served.numbers[2])
    assert (one["service_request_id"], one["status"]) == (served.numbers[2], "closed")


def test_three_reads_and_writes(served: Served, three: Any) -> None:
    client = three(served.url, api_key=served.key, jurisdiction="city.example")
    assert [one["type"] for one in client.discovery()["endpoints"]] == ["production", "test"]
    assert len(client.services()) == 4
    assert client.services("BENCH")["attributes"][0]["code"] == "WHOSE"
    assert len(client.requests("POTHOLE", status="open")) == 2
    assert len(client.requests(between=["02-01-2026", "03-10-2026"], count=1)) == 1
    fields = a_form()
    code = fields.pop("service_code")
    media = io.BytesIO()
    Image.new("RGB", (8, 8)).save(media, "JPEG")
    media.seek(0)
    (new,) = client.post(code, name="Dorothea Quill", media=media, **fields)
    (found,) = client.request(new["service_request_id"])
    assert (found["description"], found["status"]) == (fields["description"], "open")
    # An address alone: the token leads to the report once somebody has found the place.
    (waiting,) = client.post(code, address="3 Harbour Street", description="A hole")
    assert client.token(waiting["token"])[0]["service_request_id"] is None
    # It reads whatever is not a failure of the server as JSON.
    (error,) = three(served.url, api_key="evk_wrong").post(code, **fields)
    assert error["code"] == 403
    page = three(served.url, format="xml").requests(convert=False)
    assert page.count(b"<request>") == 4
