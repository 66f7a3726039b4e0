"""Who takes a report: the narrowest rule that fits."""

import pytest

from backend.reports.catalogue import CityCatalogue, Policy, Taker
from backend.reports.target_clock import Calendar

ROUTES: dict[tuple[str | None, str | None], Taker] = {
    ("LIGHT", "N"): Taker(team_code="BOTH"),
    ("LIGHT", None): Taker(team_code="SERVICE"),
    (None, "N"): Taker(body_code="DISTRICT"),
    (None, None): Taker(team_code="ALL"),
}


@pytest.mark.parametrize(
    ("service", "district", "without", "taker"),
    [
        ("LIGHT", "N", (), Taker(team_code="BOTH")),
        ("LIGHT", "S", (), Taker(team_code="SERVICE")),
        ("LIGHT", None, (), Taker(team_code="SERVICE")),
        ("HOLE", "N", (), Taker(body_code="DISTRICT")),
        ("HOLE", None, (), Taker(team_code="ALL")),
        ("LIGHT", "N", [("LIGHT", "N")], Taker(team_code="SERVICE")),
        ("LIGHT", "N", [("LIGHT", "N"), ("LIGHT", None)], Taker(body_code="DISTRICT")),
        ("HOLE", "S", [(None, None)], Taker()),
    ],
)
def test_the_narrowest_route_wins(
    service: str, district: str | None, without: list[tuple[str, str]], taker: Taker
) -> None:
    routes = {key: one for key, one in ROUTES.items() if key not in without}
    catalogue = CityCatalogue({}, Policy(), Calendar("UTC"), None, routes)
    assert catalogue.taker(service, district) == taker
