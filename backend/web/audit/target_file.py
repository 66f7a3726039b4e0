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
    """By the names of `COLUMNS`; what is hidden of a district is left out, as on the page."""
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
                cell, about = plan.cell(point, b, c), {"service_code": service}
                yield (
                    choice
                    | about
                    | {"service_name": name, "district_name": district}
                    | {"inspected_share": cell.inspected_share, "target_days": cell.target_days}
                    | _told(plan, b, c, cell.requests_per_day)
                )


def _told(plan: TargetPlan, b: int, c: int, requests_per_day: float) -> dict[str, Any]:
    if is_hidden(plan, b, c):
        return {"why_none": "hidden"}
    asked = {"reported_in_a_year": round(requests_per_day * plan.demand.horizon_days)}
    share, days = plan.served_today(b, c) or (None, None)
    return asked | {"today_inspected_share": share, "today_days": days}


def is_hidden(plan: TargetPlan, b: int, c: int) -> bool:
    """Whether too few people stand behind it, or behind another that it would give away."""
    return plan.served.is_pooled is not None and bool(plan.served.is_pooled[b, c])
