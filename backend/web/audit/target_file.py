"""Every choice of targets as a table: what is asked, how it is served, what could be promised."""

from collections.abc import Iterator
from typing import Any

from backend.audits.targets.plan import TargetPlan
from backend.audits.targets.read_served import CityDemand

COLUMNS = (
    "choice",
    "waiting_of_least",
    "difference_of_least",
    "waiting_of_today",
    "difference_of_today",
    "service_code",
    "service_name",
    "district_name",
    "reported_in_a_year",
    "why_none",
    "today_inspected_share",
    "today_days",
    "inspected_share",
    "target_days",
    "since",
    "until",
    "code_version",
)


def target_rows(city: CityDemand, plan: TargetPlan, code: str) -> Iterator[dict[str, Any]]:
    """By the names of `COLUMNS`; how a district is served is left out where the page hides it."""
    for number, point in enumerate(plan.points, start=1):
        beside_today = plan.against_today(point) or (None, None)
        choice = {
            "choice": number,
            "waiting_of_least": point.efficiency_ratio,
            "difference_of_least": point.equity_ratio,
            "waiting_of_today": beside_today[0],
            "difference_of_today": beside_today[1],
            "since": city.since.isoformat(),
            "until": city.until.isoformat(),
            "code_version": code,
        }
        for c, (service, name) in enumerate(
            zip(plan.served.categories, city.category_names, strict=True)
        ):
            for b, district in enumerate(city.area_names):
                cell = plan.cell(point, b, c)
                share, days = plan.served_today(b, c) or (None, None)
                yield choice | {
                    "service_code": service,
                    "service_name": name,
                    "district_name": district,
                    "reported_in_a_year": plan.requests_a_year(b, c),
                    "why_none": "hidden" if plan.is_hidden(b, c) else None,
                    "today_inspected_share": share,
                    "today_days": days,
                    "inspected_share": cell.inspected_share,
                    "target_days": cell.target_days,
                }
