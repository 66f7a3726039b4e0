"""Rows as another system's file has them."""

from typing import Any

from worlds import IN_SW, NOON

from backend.core.actors import OPERATOR
from backend.core.channels import Channel
from backend.core.uow import unit_of_work
from backend.reports.column_map import ColumnMap
from backend.reports.import_requests import import_requests
from backend.reports.request_file import RequestFile, RequestRow


def a_row(id_: str, place: tuple[float, float] = IN_SW, **said: Any) -> RequestRow:
    """A pothole nobody has mended, but for what is `said`."""
    usual = {
        "line": 2,
        "requested_at": NOON,
        "closed_at": None,
        "service_code": "POTHOLE",
        "service_name": "Pothole",
        "description": "A hole",
        "address": None,
        "channel": Channel.APP,
        "parent_id": None,
    }
    return RequestRow(**usual | said, external_id=id_, lon=place[0], lat=place[1])


def import_rows(*rows: RequestRow) -> None:
    with unit_of_work(OPERATOR) as work:
        import_requests(work, RequestFile("some.csv", rows), ColumnMap())
