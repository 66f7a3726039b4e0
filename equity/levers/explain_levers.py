"""What a lever does and why, as sentences for those who decide; as in `equity.sentences`."""

from collections.abc import Mapping

from equity.levers.outreach import VISIT, OutreachArea
from equity.levers.sweep_need import SweepNeed, SweepShare
from equity.levers.sweep_plan import Promise
from equity.levers.targets import FrontierPoint
from equity.levers.weight_preview import AreaChange
from equity.sentences import Sentence

LEVER_ENGLISH: Mapping[str, str] = {
    "sweeps-share": "Work that comes in fills {utilisation} % of the capacity. {share} % may go "
    "and look for what nobody reports: then the rest is filled to no more than {busiest} %.",
    "sweeps-none": "Work that comes in fills {utilisation} % of the capacity. From {busiest} % on "
    "no crew is taken away to look for more: what is known would wait longer.",
    "hidden-told": "{first} problems a day are first reported here, at {rate} times the city's "
    "rate: {share} % of all that is hidden in the city.",
    "hidden-mix": "Its kinds of problem wait {delay} times as long to be reported as the city's.",
    "hidden-untold": "How readily people here report cannot be told, so as much is taken to be "
    "hidden for each metre of street as elsewhere: {share} % of all.",
    "promise-kept": "Every district is visited in time{condition}.",
    "promise-broken": "{count} districts are not visited in time{condition}: {areas}. {days} days "
    "of sweeps a week would do.",
    "promise-too-far": "No crew can go there, work and come back within a day: {areas}.",
    "outreach": "At least {unheard} of {residents} residents go unheard: even at the upper limit "
    "people report {upper} times as often as the city's average, half of the areas {median} times.",
    "outreach-channel": "Try {channel}: {share} % of the reports come that way, where {expected} % "
    "would be expected of so many {reach}.",
    "outreach-visit": "No channel stands out: go there and ask.",
    "visited": "Somebody was there {days} days ago.",
    "never-visited": "Nobody was ever there.",
    "targets": "All waiting together weighs {cost} % more than at the most efficient, and the "
    "difference between the areas is {saved} % smaller.",
    "targets-step": "This step alone: {cost} % more waiting for {saved} % less difference.",
    "targets-today": "Beside today: {waiting} % of the waiting, {difference} % of the difference.",
    "targets-cell": "{share} of 100 within {days} days on average",
    "targets-cell-hours": "{share} of 100 within {hours} hours on average",
    "targets-cell-never": "nothing is inspected",
    "preview": "{area}: {sooner} of {reports} reports are done sooner, by {most_sooner} hours at "
    "most, {later} later, by {most_later} hours at most.",
    "preview-fallen": "For {count} of them the weight fell back to 1, or another report would "
    "have missed its target.",
}


def explain_share(share: SweepShare) -> Sentence:
    """Why so much of the capacity goes out to look."""
    facts = {"utilisation": _percent(share.utilisation), "busiest": _percent(share.busiest)}
    if share.share == 0:
        return Sentence("sweeps-none", facts)
    return Sentence("sweeps-share", facts | {"share": _percent(share.share)})


def explain_need(need: SweepNeed) -> tuple[Sentence, ...]:
    """Why an area gets its part of the sweeps."""
    if need.relative_rate is None:
        return (Sentence("hidden-untold", {"area": need.area, "share": _percent(need.share)}),)
    told = Sentence(
        "hidden-told",
        {
            "area": need.area,
            "first": round(need.first_reports_per_day, 2),
            "rate": round(need.relative_rate, 2),
            "share": _percent(need.share),
        },
    )
    if need.mix_delay == 1:
        return (told,)
    return told, Sentence("hidden-mix", {"delay": round(need.mix_delay, 2)})


def explain_promise(promise: Promise) -> tuple[Sentence, ...]:
    """Whether every district gets its visit, and what it would take."""
    condition = f", if {_percent(promise.no_shows)} % of the days fall out" * (promise.no_shows > 0)
    if promise.is_kept:
        return (Sentence("promise-kept", {"condition": condition}),)
    broken = Sentence(
        "promise-broken",
        {
            "count": len(promise.late),
            "condition": condition,
            "areas": ", ".join(area for area, _ in promise.late),
            "days": promise.sweep_days_needed,
        },
    )
    if not promise.too_far:
        return (broken,)
    return broken, Sentence("promise-too-far", {"areas": ", ".join(promise.too_far)})


def explain_outreach(area: OutreachArea) -> tuple[Sentence, ...]:
    """Why an area is on the list, what to try there, and when somebody was."""
    chosen = next((gap for gap in area.gaps if gap.channel == area.channel), None)
    why = Sentence(
        "outreach",
        {
            "unheard": int(area.unheard),
            "residents": int(area.residents),
            "upper": round(area.upper_limit, 2),
            "median": round(area.median_rate, 2),
        },
    )
    how = Sentence("outreach-visit", {})
    if chosen is not None and area.channel != VISIT:
        how = Sentence(
            "outreach-channel",
            {
                "channel": chosen.channel,
                "share": _percent(chosen.share),
                "expected": _percent(chosen.expected_share),
                "reach": chosen.reach.value,
            },
        )
    if area.visited_days_ago is None:
        return why, how, Sentence("never-visited", {})
    return why, how, Sentence("visited", {"days": area.visited_days_ago})


def explain_targets(point: FrontierPoint) -> Sentence:
    """What a choice on the frontier costs and saves against the most efficient."""
    return Sentence(
        "targets",
        {
            "cost": _percent(point.efficiency_ratio - 1),
            "saved": _percent(1 - point.equity_ratio),
        },
    )


def explain_step(before: FrontierPoint, point: FrontierPoint) -> Sentence:
    """What the step from the point before costs and saves, in parts of the most efficient."""
    return Sentence(
        "targets-step",
        {
            "saved": _percent(before.equity_ratio - point.equity_ratio),
            "cost": _percent(point.efficiency_ratio - before.efficiency_ratio),
        },
    )


def explain_against_today(efficiency_ratio: float, equity_ratio: float) -> Sentence:
    """A choice beside what is; the ratios are over today's losses."""
    facts = {"waiting": _percent(efficiency_ratio), "difference": _percent(equity_ratio)}
    return Sentence("targets-today", facts)


def explain_cell(inspected_share: float, days: float | None) -> Sentence:
    """A target of one area and category, or how it is served today."""
    share = round(100 * inspected_share)
    if days is None or share == 0:
        return Sentence("targets-cell-never", {})
    if days < 1:
        return Sentence("targets-cell-hours", {"share": share, "hours": round(24 * days, 1)})
    return Sentence("targets-cell", {"share": share, "days": round(days, 1)})


def explain_change(change: AreaChange) -> tuple[Sentence, ...]:
    """Who gains and who waits longer in an area."""
    facts = Sentence(
        "preview",
        {
            "area": change.area or "Outside all districts",
            "reports": change.reports,
            "sooner": change.sooner,
            "later": change.later,
            "most_sooner": f"{change.most_hours_sooner:.0f}",
            "most_later": f"{change.most_hours_later:.0f}",
        },
    )
    if not change.fallen_back:
        return (facts,)
    return facts, Sentence("preview-fallen", {"count": change.fallen_back})


def _percent(share: float) -> float:
    """One digit after the point; whole numbers without it."""
    percent = round(100 * share, 1)
    return int(percent) if float(percent).is_integer() else percent
