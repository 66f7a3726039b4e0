"""`equity`: reporting rates, from any file or from the city's own reports."""

from datetime import datetime

import click

from backend.audits.fit_rates import compute_rates, store_rates
from backend.audits.queries import rates_of
from backend.audits.rate_words import (
    basis_sentences,
    city_sentence,
    model_sentences,
    rate_sentence,
    sensitivity_sentence,
    sensitivity_summary,
)
from backend.cli.city_context import in_city
from backend.cli.equity_fit import fit
from backend.cli.equity_policy import policy_command
from backend.cli.equity_rates import replay_command, vary_command
from backend.cli.equity_recover import recover_command
from backend.cli.equity_targets import targets_command
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.queries import districts_of


@click.group()
def equity() -> None:
    """Estimate how readily people report."""


equity.add_command(fit)
equity.add_command(policy_command)
equity.add_command(recover_command)
equity.add_command(replay_command)
equity.add_command(targets_command)
equity.add_command(vary_command)


@equity.command("refresh")
@in_city()
def refresh_command() -> None:
    """Fit the city's reporting rates now and print what can be said of each district."""
    fitted = compute_rates(current_session(), current_runtime().clock.now())
    with unit_of_work(OPERATOR) as work:
        run = store_rates(work, fitted)
        districts = districts_of(work.session, run.boundary_set_id)
        rates = rates_of(work.session, run)
        summary = (city_sentence(run), sensitivity_summary(run, rates))
        for words in (*basis_sentences(run, _day), *model_sentences(run), *filter(None, summary)):
            click.echo(words)
        for rate in rates:
            words = f"{rate_sentence(rate, rates)} {sensitivity_sentence(rate, run)}".rstrip()
            click.echo(f"{districts[rate.district_id].name} ({rate.grade}): {words}")


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
