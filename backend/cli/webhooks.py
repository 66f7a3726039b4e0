"""`webhooks`: which programs elsewhere are told of what happens to reports."""

import click

from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.answer_words import answer_words
from backend.delivery.manage_webhooks import EVENTS, add_webhook, redeliver, remove_webhook
from backend.delivery.queries import dead_deliveries, find_webhook, webhooks_with_counts
from backend.delivery.send_due import send_test


@click.group()
def webhooks() -> None:
    """Tell other programs what happens to reports."""


@webhooks.command("add")
@click.argument("url")
@click.option("--event", "events", multiple=True, help=f"One of {', '.join(EVENTS)}; all without.")
@in_city()
def add_command(url: str, events: tuple[str, ...]) -> None:
    """Tell URL of events; prints the secret that proves them, this once."""
    with unit_of_work(OPERATOR) as work:
        webhook, secret = add_webhook(work, url, events)
        click.echo(f"{webhook.id} is told of {', '.join(webhook.events)}.")
    click.echo(f"Its secret, which is not shown again: {secret}")


@webhooks.command("list")
@in_city(only_reads=True)
def list_command() -> None:
    """Every webhook, and how its deliveries stand."""
    for webhook, counts in webhooks_with_counts(current_session()):
        state = "active" if webhook.is_active else "stopped"
        figures = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        click.echo(f"{webhook.id}  {state}  {webhook.url}  {', '.join(webhook.events)}  {figures}")


@webhooks.command("remove")
@click.argument("webhook")
@in_city()
def remove_command(webhook: str) -> None:
    """Forget a webhook and everything it was or is to be told."""
    with unit_of_work(OPERATOR) as work:
        remove_webhook(work, webhook)
    click.echo("It is told nothing more.")


@webhooks.command("dead")
@click.argument("webhook", required=False)
@in_city(only_reads=True)
def dead_command(webhook: str | None) -> None:
    """What was given up, and why; of one WEBHOOK or of all."""
    for one in dead_deliveries(current_session(), webhook):
        click.echo(
            f"{one.id}  webhook {one.webhook_id}  {one.happened_at.isoformat()}  {one.event}  "
            f"{one.subject}  {one.attempts} tries"
        )
        click.echo(f"  {answer_words(one.last_status, one.last_error)}")


@webhooks.command("redeliver")
@click.argument("webhook")
@click.option("--delivery", help="Only this one; all that were given up without.")
@in_city()
def redeliver_command(webhook: str, delivery: str | None) -> None:
    """Send again what was given up, also to a webhook that was stopped."""
    with unit_of_work(OPERATOR) as work:
        count = redeliver(work, webhook, delivery)
    click.echo(f"{count} deliveries wait again.")


@webhooks.command("test")
@click.argument("webhook")
@in_city()
def test_command(webhook: str) -> None:
    """Send one signed test now and print the answer; exit code 1 unless it was taken."""
    runtime = current_runtime()
    answer = send_test(find_webhook(current_session(), webhook), runtime, runtime.clock.now())
    click.echo(answer_words(answer.status, answer.error))
    if not answer.is_delivered:
        raise SystemExit(1)
