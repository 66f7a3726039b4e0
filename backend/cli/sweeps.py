"""`sweeps`: plans of where crews go and look, and what they found."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import shapely

from backend.audits.few_people import told_rates
from backend.audits.queries import latest_run
from backend.cli.city_context import in_city
from backend.cli.printing import print_json
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.queries import current_boundary_set, districts_of, the_city
from backend.triage.sweeps.commands import Find, ProposeSweeps, RecordSweep
from backend.triage.sweeps.doubts import WORDS, doubts_about
from backend.triage.sweeps.models import SweepPlan, SweepStop
from backend.triage.sweeps.plan_figures import read_figures
from backend.triage.sweeps.propose_plan import draw_plan, propose_plan
from backend.triage.sweeps.queries import find_plan, finds_of, plans, stops_of, sweeps_of
from backend.triage.sweeps.record_sweep import record_sweep

_FILE = click.Path(path_type=Path)
_MOMENT = click.DateTime(["%Y-%m-%dT%H:%M"])
_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_FIND_TEXTS = {"number", "service_code", "description", "address"}


@click.group()
def sweeps() -> None:
    """Plan sweeps, and record what crews found."""


@sweeps.command("list")
@_json
@in_city(only_reads=True)
def list_command(as_json: bool) -> None:
    """List the plans, newest first."""
    kept = plans(current_session())
    if as_json:
        print_json([_head(one) for one in kept])
    for one in () if as_json else kept:
        days = len(one.figures["days"])
        click.echo(f"{one.id:4}  {one.state:9}  {days} days in {one.asked['weeks']} weeks")


@sweeps.command("plan")
@click.option("--weeks", type=int, required=True, help="Every district is visited within them.")
@click.option("--days-per-week", type=float, required=True, help="Crew days, all crews together.")
@click.option("--hours-per-day", type=float, default=6.0, show_default=True)
@click.option("--walking-km-per-hour", type=float, default=2.0, show_default=True)
@click.option("--travel-km-per-hour", type=float, default=15.0, show_default=True)
@click.option("--jobs-per-week", type=float, help="Reports the crews can finish in a week.")
@click.option("--depot", type=(float, float), help="LON LAT where routes begin.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same gives the same.")
@_json
@in_city()
def plan_command(as_json: bool, **asked: Any) -> None:
    """Propose a plan from the newest reporting rates; nobody goes before it is put in force."""
    session = current_session()
    run, boundary_set = latest_run(session), current_boundary_set(session)
    if run is not None and boundary_set is not None and run.boundary_set_id == boundary_set.id:
        asked |= {"rates": told_rates(session, run), "rate_run": str(run.id)}
    drawn = draw_plan(session, ProposeSweeps(**asked), current_runtime().clock.now())
    with unit_of_work(OPERATOR) as work:
        plan_id = propose_plan(work, drawn).id
    if as_json:
        print_json(_document(plan_id))
    else:
        days = len(drawn.plan.routes)
        click.echo(f"Plan {plan_id} is proposed, with {days} days. See: sweeps show {plan_id}")


@sweeps.command("show")
@click.argument("plan_id", type=int)
@_json
@in_city(only_reads=True)
def show_command(plan_id: int, as_json: bool) -> None:
    """Show a plan day by day, with what was found."""
    document = _document(plan_id)
    if as_json:
        print_json(document)
        return
    click.echo(f"Plan {plan_id}: {document['state']}")
    if not document["days"]:
        # The words of the pages are slow to import, and only a plan without days needs them.
        from backend.web.sweeps.sweep_words import capacity_words

        click.echo(capacity_words(read_figures(document["figures"])))
    for promise in document["figures"]["promises"]:
        late = len(promise["late"])
        click.echo(f"With {promise['no_shows']:.0%} of the days lost, {late} districts wait.")
    for day in document["days"]:
        click.echo(f"Day {day['day']}, week {day['week']}: {len(day['stops'])} stops")
        for stop in day["stops"]:
            name = stop["name"] or f"{stop['lat']:.5f}, {stop['lon']:.5f}"
            click.echo(f"  {stop['stop']:3}  {name}, {stop['metres']:.0f} m ({stop['kind']})")
        for find in day["finds"] or ():
            known = "known" if find["is_reported"] else "new"
            click.echo(f"  found at stop {find['stop']}: {find['number']} ({known})")


@sweeps.command("record")
@click.argument("plan_id", type=int)
@click.argument("day", type=int)
@click.option("--started", type=_MOMENT, required=True, help="As the clocks of the city say.")
@click.option("--ended", type=_MOMENT, required=True)
@click.option("--metres", type=float, required=True, help="Metres walked.")
@click.option("--missed", type=int, multiple=True, help="A stop nobody got to; may be repeated.")
@click.option("--finds", "finds_file", type=_FILE, help="A JSON list; see docs/guide/sweeps.md.")
@click.option("--yes", is_flag=True, help="Also what can hardly be.")
@_json
@in_city()
def record_command(
    plan_id: int,
    day: int,
    started: datetime,
    ended: datetime,
    metres: float,
    missed: tuple[int, ...],
    finds_file: Path | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Record a day as it was walked; without finds, that nothing was found.

    What can hardly be, such as a day nobody took, is said, and recorded with --yes alone.
    """
    zone = ZoneInfo(the_city(current_session()).time_zone)
    finds = _read_finds(finds_file) if finds_file else []
    begin, end = started.replace(tzinfo=zone), ended.replace(tzinfo=zone)
    with unit_of_work(OPERATOR) as work:
        command = RecordSweep(plan_id, day, begin, end, metres, missed, finds)
        sweep = record_sweep(work, command)
        work.session.flush()
        doubts = [] if yes else doubts_about(work.session, sweep)
        if doubts:
            said = [WORDS[one] for one in doubts]
            raise click.ClickException(
                "\n".join([*said, "Nothing was recorded. With --yes it is."])
            )
    if as_json:
        [found] = [one for one in _document(plan_id)["days"] if one["day"] == day]
        print_json(found)
    else:
        click.echo(f"Day {day} of plan {plan_id} is recorded, with {len(finds)} finds.")


def _read_finds(path: Path) -> list[Find]:
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid("finds-unreadable", file=str(path)) from error
    if not isinstance(listed, list) or not all(map(_is_find, listed)):
        raise Invalid("finds-unreadable", file=str(path))
    for line, one in enumerate(listed, start=1):
        if "stop" not in one:
            raise Invalid("sweep-find-without-stop", pointer=f"/finds/{line - 1}", line=line)
    return [Find(place=one.pop("stop"), **one) for one in listed]


def _is_find(one: object) -> bool:
    """Whether it holds nothing but a stop, texts, and lists of texts as answers."""
    if not isinstance(one, dict) or not one.keys() <= _FIND_TEXTS | {"stop", "answers"}:
        return False
    answers = one.get("answers", {})
    return (
        type(one.get("stop", 1)) is int
        and all(isinstance(one.get(key, ""), str) for key in _FIND_TEXTS)
        and isinstance(answers, dict)
        and all(
            isinstance(texts, list) and all(isinstance(text, str) for text in texts)
            for texts in answers.values()
        )
    )


def _head(plan: SweepPlan) -> dict[str, Any]:
    return {
        "plan": plan.id,
        "state": plan.state,
        "proposed_at": plan.proposed_at.isoformat(),
        "decided_at": plan.decided_at.isoformat() if plan.decided_at else None,
        "reason": plan.reason,
        "rate_run": plan.rate_run,
        "asked": plan.asked,
        "figures": plan.figures,
    }


def _document(plan_id: int) -> dict[str, Any]:
    session = current_session()
    plan = find_plan(session, plan_id)
    names = {id_: one.code for id_, one in districts_of(session, plan.boundary_set_id).items()}
    walked = sweeps_of(session, plan_id)
    found = finds_of(session, list(walked.values()))
    stops = stops_of(session, plan_id)
    days = [
        {
            **day,
            "stops": [_stop(stop, names) for stop in stops if stop.day == day["day"]],
            "finds": [
                {"stop": one.place, "number": one.number, "is_reported": one.is_reported}
                for one in found[walked[day["day"]].id]
            ]
            if day["day"] in walked
            else None,
        }
        for day in plan.figures["days"]
    ]
    return {**_head(plan), "days": days}


def _stop(stop: SweepStop, names: Mapping[int, str]) -> dict[str, Any]:
    middle = shapely.centroid(shapely.from_wkb(stop.shape))
    return {
        "stop": stop.place,
        "name": stop.name,
        "district": names[stop.district_id],
        "lon": round(middle.x, 6),
        "lat": round(middle.y, 6),
        "metres": round(stop.metres, 1),
        "kind": stop.kind,
    }
