"""`python -m backend`: the operator's face. Each command is loaded when it is called."""

import gc
import os
from importlib import import_module

import click

_COMMANDS = {
    "audit": "backend.cli.audit:audit",
    "ballots": "backend.cli.ballots:ballots",
    "city": "backend.cli.city:city",
    "config": "backend.cli.config:config",
    "cycle": "backend.cli.cycle:cycle",
    "db": "backend.cli.db:db",
    "demo": "backend.cli.demo:demo",
    "equity": "backend.cli.equity:equity",
    "jobs": "backend.cli.jobs:jobs",
    "keys": "backend.cli.keys:keys",
    "log": "backend.cli.log:log",
    "mail-in": "backend.cli.mail_in:mail_in",
    "notices": "backend.cli.notices:notices",
    "openapi": "backend.cli.openapi:openapi",
    "photos": "backend.cli.photos:photos",
    "open311": "backend.cli.open311:open311",
    "reports": "backend.cli.reports:reports",
    "serve": "backend.cli.serve:serve",
    "staff": "backend.cli.staff:staff",
    "sweeps": "backend.cli.sweeps:sweeps",
    "tally": "backend.cli.tally:tally",
    "vote": "backend.cli.vote:vote",
    "webhooks": "backend.cli.webhooks:webhooks",
    "worker": "backend.cli.serve:worker",
}


# Read when numpy is loaded. The matrices of a fit are small: threads for them only wait for each
# other, and take three times the processor's time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class _LazyGroup(click.Group):
    """Imports a command's module only when it is needed: a tally needs no web server."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        # What is loaded stays: looking for garbage among it costs a tenth of the time.
        gc.disable()
        try:
            command: click.Command = getattr(import_module(module), name)
        finally:
            gc.enable()
        return command


@click.group(cls=_LazyGroup)
@click.option("--host", default="", help="Which city, where one installation serves several.")
@click.pass_context
def main(ctx: click.Context, host: str) -> None:
    """Evenward: a city listens to its residents, fairly."""
    ctx.obj = host


if __name__ == "__main__":
    main(prog_name="python -m backend")
