"""`equity replay` and `equity vary`: the city's rates fitted again, or by another choice, beside
those that are kept."""

from collections.abc import Mapping

import click

from backend.audits.models import AreaRate
from backend.audits.queries import find_run, latest_run, newest_runs, rates_of, variants_of
from backend.audits.replay_rates import RatesReplay, held_against, replay_rates
from backend.audits.vary_rates import (
    BLACKOUTS,
    LIMITS,
    MODELS,
    Choice,
    Conclusion,
    Varied,
    check_offered,
    compute_variant,
    conclusion,
    variant_by,
)
from backend.cli.city_context import in_city
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.core.runtime import current_runtime
from backend.places.queries import districts_of
from equity.sentences import lower_limit, upper_limit

_MOST_SHOWN, _MOST_NAMED = 20, 5
_WORDS: Mapping[Conclusion, str] = {
    Conclusion.LESS: "clearly less readily",
    Conclusion.MORE: "clearly more readily",
    Conclusion.UNSURE: "on neither side for sure",
    Conclusion.UNTOLD: "cannot tell",
}


@click.command("replay")
@click.argument("id_", metavar="[ID]", required=False)
@in_city(only_reads=True)
def replay_command(id_: str | None) -> None:
    """Fit the rates in force, or those of ID, again from the reports that were known then, and hold
    them against what is kept; nothing is replaced. Exit code 1 unless equal to the digit."""
    session = current_session()
    run = latest_run(session) if id_ is None else find_run(session, id_)
    if run is None:
        known = [str(one.id) for one in newest_runs(session, _MOST_NAMED)]
        if id_ and known:
            raise NotFound("rates-unknown", id=id_, known=known)
        raise NotFound("rates-missing")
    again = replay_rates(session, run)
    click.echo(f"Rates {run.id}, fitted {run.fitted_at.isoformat(timespec='seconds')}.")
    _show(again)
    if not again.is_equal:
        raise SystemExit(1)


@click.command("vary")
@click.option(
    "--blackout-days",
    type=float,
    default=2.0,
    help=f"Left out after the first report: {', '.join(f'{one:g}' for one in BLACKOUTS)}.",
)
@click.option(
    "--limit-days",
    type=float,
    default=100.0,
    help=f"Watched for at most: {', '.join(f'{one:g}' for one in LIMITS)}.",
)
@click.option("--model", type=click.Choice(MODELS), default=MODELS[0])
@in_city(only_reads=True)
def vary_command(blackout_days: float, limit_days: float, model: str) -> None:
    """Fit the city's rates by another choice and print both ways; nothing is kept or replaced.

    A choice that was computed before is fitted again to the reports that were known then, and held
    against what was kept of it; exit code 1 unless that is equal to the digit.
    """
    choice, session = Choice(blackout_days, limit_days, model), current_session()
    check_offered(choice)
    run = latest_run(session)
    if run is None:
        raise NotFound("rates-missing")
    kept = variant_by(variants_of(session, run), choice)
    moment = kept.fitted_at if kept else current_runtime().clock.now()
    varied = compute_variant(session, moment, run, choice, moment if kept else None)
    if "refusal" in varied.run["parameters"]:
        click.echo(f"By this choice nothing can be fitted: {varied.run['parameters']['refusal']}.")
        return
    names = {id_: one.name for id_, one in districts_of(session, run.boundary_set_id).items()}
    _show_both_ways(rates_of(session, run), varied, names)
    if kept is not None:
        again = held_against(session, kept, varied)
        _show(again)
        if not again.is_equal:
            raise SystemExit(1)


def _show_both_ways(rates: list[AreaRate], varied: Varied, names: Mapping[int, str]) -> None:
    others = {row["district_id"]: AreaRate(**row) for row in varied.rows}
    changed = 0
    for rate in rates:
        other = others[rate.district_id]
        changed += conclusion(rate) != conclusion(other)
        click.echo(f"{names[rate.district_id]}: {_words(rate)}; by this choice {_words(other)}")
    click.echo(f"{changed} of {len(rates)} conclusions change.")


def _words(rate: AreaRate) -> str:
    words = _WORDS[conclusion(rate)]
    if rate.low is None or rate.high is None:
        return words
    return f"{words} ({lower_limit(rate.low)} to {upper_limit(rate.high)})"


def _show(again: RatesReplay) -> None:
    if not again.is_same_code:
        click.echo("The code is another one than theirs.")
    if not again.is_same_data:
        click.echo(
            "The reports of that time are not the same any more: some came in late, or were "
            "joined, moved, reopened or erased since."
        )
    if again.is_equal:
        click.echo(f"{again.figures} rates: equal to the digit.")
        return
    for one in again.differences[:_MOST_SHOWN]:
        click.echo(f"{one.where}: {one.stored} kept, {one.again} now")
    click.echo(f"Differences in {again.figures} rates: {len(again.differences)}.")
