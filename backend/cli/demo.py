"""`demo`: a made-up city to look around in."""

import gc
import os
from dataclasses import replace

import click

from backend.app import create_bare_app
from backend.cli.city_context import refusals_in_words
from backend.cli.serve import free_port, run_server
from backend.core.actors import OPERATOR
from backend.core.config import ConfigError, Settings, environment_name, read_settings
from backend.core.db import current_session, db
from backend.core.decision_log import is_begun
from backend.core.logs import configure_logs
from backend.core.schema import current_revision, upgrade
from backend.core.uow import unit_of_work
from backend.demo.posts import PASSWORD, POSTS
from backend.demo.truth import keep_truth, knows_truth
from backend.demo.visitors import TRUSTEES_KEY, read_codes

# What the demo sets where the environment does not: its own folder, no line for each request.
_DEFAULTS = {environment_name("data_dir"): "var/demo", environment_name("log_level"): "WARNING"}


@click.command()
@click.option("--no-serve", is_flag=True, help="Make the city up and stop.")
@click.option("--seed", type=click.IntRange(min=0), default=1, help="Which city to make up.")
@click.option("--port", type=click.IntRange(1, 65_435), help="The first port to try.")
def demo(no_serve: bool, seed: int, port: int | None) -> None:
    """Make a city up, unless it is there already, and serve it on this machine."""
    with refusals_in_words():
        settings = read_settings(_DEFAULTS | os.environ)
        if settings.is_production or settings.cities is not None:
            raise ConfigError("Everybody knows the demo's passwords: it is no part of a real city.")
        configure_logs(settings.log_level)
        is_new = make_up_city(settings, seed)
        click.echo(_greeting(settings, is_new))
        if no_serve:
            return
        settings = replace(settings, port=free_port(settings.host, port or settings.port))
        click.echo(_directions(settings, f"http://{settings.host}:{settings.port}"))
        run_server(settings, has_worker=True)


def make_up_city(settings: Settings, seed: int) -> bool:
    """Build the city where there is none; whether it was built now.

    The truth is written just before the city is committed: a city that is there has its truth, and
    one whose building was cut off is not there and is built again.
    """
    with create_bare_app(settings).app_context():
        is_new = not _is_there(settings)
        upgrade(db.engine)
        # A hundred thousand rows make no garbage; looking for it costs a fifth of the time.
        gc.disable()
        try:
            is_new = is_new and _build(settings, seed)
        finally:
            # Nor does what is loaded by now.
            gc.freeze()
            gc.enable()
        db.session.remove()
        db.engine.dispose()
    return is_new


def _build(settings: Settings, seed: int) -> bool:
    # What draws a town is slow to import, and only the first start needs it.
    from backend.demo.build import build_city
    from backend.demo.imagine import imagine

    click.echo("Making a city up; this takes some seconds.")
    made_up = imagine(seed)
    with unit_of_work(OPERATOR) as work:
        # Another start may have been faster.
        if _is_there(settings):
            return False
        build_city(work, made_up)
        keep_truth(settings.data_dir, made_up.truth)
    return True


def _is_there(settings: Settings) -> bool:
    with db.engine.connect() as connection:
        is_blank = current_revision(connection) is None
    if is_blank or not is_begun(current_session()):
        return False
    if not knows_truth(settings.data_dir):
        raise ConfigError(
            f"The city in {settings.data_dir} is not made up. Name another folder in "
            f"{environment_name('data_dir')}."
        )
    return True


def _greeting(settings: Settings, is_new: bool) -> str:
    what = "A new made-up city" if is_new else "The made-up city"
    return (
        f"{what} is in {settings.data_dir}. Nobody in it is real; remove the folder to begin anew."
    )


def _directions(settings: Settings, address: str) -> str:
    width = max(len(post.username) for post in POSTS)
    posts = "\n".join(f"    {post.username:{width}}  {post.purpose}" for post in POSTS)
    return (
        f"\n  Open {address}/\n"
        f"  What residents have on their phones: {address}/app/\n"
        f"  Sign in at {address}/sign-in with the password {PASSWORD} as\n{posts}\n"
        f"{_how_to_vote(settings, address)}"
        f"  What it would send is in {settings.data_dir / 'messages.jsonl'}\n"
        f"  How far the estimates are from the truth: {address}/demo/truth\n"
        "\n  Ctrl-C ends it."
    )


def _how_to_vote(settings: Settings, address: str) -> str:
    visitors = read_codes(settings.data_dir)
    if visitors is None:
        return ""
    codes = "\n".join(
        f"    {one.code}  the whole city{f' and {one.place}' if one.place else ''}"
        for one in visitors.codes
    )
    return (
        f"  Vote at {address}/vote/{visitors.slug} with one of these codes:\n{codes}\n"
        f"  The key that opens the box is in {settings.data_dir / TRUSTEES_KEY}, in a demo only:\n"
        "  a real city's trustees keep theirs, and its codes are printed once and kept nowhere.\n"
    )
