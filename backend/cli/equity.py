"""`equity`: reporting rates, from any file or from the city's own reports."""

import click

from backend.audits.fit_rates import compute_rates, store_rates
from backend.audits.queries import fitted_rate, rates_of
from backend.cli.city_context import in_city
from backend.cli.equity_fit import fit
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.queries import districts_of
from equity.explain import explain_rate, in_words


@click.group()
def equity() -> None:
    """Estimate how readily people report."""


equity.add_command(fit)


@equity.command("refresh")
@in_city()
def refresh_command() -> None:
    """Fit the city's reporting rates now and print what can be said of each district."""
    fitted = compute_rates(current_session(), current_runtime().clock.now())
    with unit_of_work(OPERATOR) as work:
        run = store_rates(work, fitted)
        districts = districts_of(work.session, run.boundary_set_id)
        for rate in rates_of(work.session, run):
            words = in_words([explain_rate(fitted_rate(rate))])
            click.echo(f"{districts[rate.district_id].name} ({rate.grade}): {words}")
