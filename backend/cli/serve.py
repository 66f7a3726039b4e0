"""`serve` and `worker`: the running program."""

import gc
import logging
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn

import click
import waitress
from flask import Flask

from backend.app import create_installation
from backend.cli.asked_city import require_city
from backend.cli.city_context import refusals_in_words, require_newest_schema
from backend.cli.own_key import no_keys_beside_others, require_own_field_keys, require_own_key
from backend.core.cities import read_cities
from backend.core.config import ConfigError, Settings, read_settings
from backend.core.db import db
from backend.core.logs import configure_logs
from backend.core.worker import Worker
from backend.wiring import JOBS, LANES, NIGHTLY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# A report with its photos (backend/open311/face.py); waitress keeps a body in a file on its way in.
LONGEST_BODY_BYTES = 48 * 1024 * 1024
# Whoever reads slowly holds a connection and no thread; at waitress's own hundred a single reader
# with as many would shut the door. Systems let a program open a thousand files.
MOST_CONNECTIONS = 500
# For jobs under way at the end; waitress gives requests five before, and containers are killed
# after ten.
_LAST_SECONDS = 4
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@click.command()
@click.option("--worker/--no-worker", default=True, help="Run jobs in this process too.")
def serve(worker: bool) -> None:
    """Answer requests until stopped."""
    with refusals_in_words():
        settings = read_settings()
        run_server(settings, has_worker=worker)


@click.command()
def worker() -> None:
    """Run jobs until stopped, for installations with many web processes."""
    with refusals_in_words():
        settings = read_settings()
        configure_logs(settings.log_level)
        _require_cities(settings)
        with no_keys_beside_others(settings):
            apps, _ = create_installation(settings)
            _require_ready(apps)
        workers = _workers(apps)
        for one in workers:
            one.start()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    _leave(apps, workers)


def run_server(settings: Settings, *, has_worker: bool) -> None:
    """Serve every city of the installation, and end the process when it is told to stop."""
    if not settings.is_production and settings.host not in _LOOPBACK:
        raise ConfigError(
            f"Development mode listens on this machine only, not on {settings.host}. "
            "Set EVENWARD_MODE=production for a city."
        )
    configure_logs(settings.log_level)
    _require_cities(settings)
    with no_keys_beside_others(settings):
        apps, program = create_installation(settings)
        _require_ready(apps)
    # Before any job is begun, so that a second server takes none from the first.
    server = _listen(program, settings)
    workers = _workers(apps)
    if has_worker:
        for one in workers:
            one.start()
    _rarely_look_for_garbage()
    # Whoever keeps services running stops them so; waitress knows Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server.run()
    _leave(apps, workers)


def _leave(apps: dict[str, Flask], workers: list[Worker]) -> NoReturn:
    """End the process, once what is under way has ended or used up its time.

    Never by taking the interpreter down: threads that are still in SQLite's, GEOS's or Arrow's
    code would find their memory gone, and what was an orderly end would be told as a crash.
    """
    with suppress(KeyboardInterrupt):
        for one in workers:
            one.take_up_nothing()
        until = perf_counter() + _LAST_SECONDS
        for one in workers:
            one.stop(max(until - perf_counter(), 0))
        for app in set(apps.values()):
            with app.app_context():
                db.engine.dispose()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _require_cities(settings: Settings) -> None:
    """Raise `ConfigError` unless every city was begun, before anything is made in its place."""
    for city in read_cities(settings).values() or (settings,):
        require_city(city)


def _require_ready(apps: dict[str, Flask]) -> None:
    """Raise `ConfigError` unless every city's database and key are those of this program."""
    for app in set(apps.values()):
        with app.app_context():
            require_newest_schema()
            require_own_key()
            require_own_field_keys()


def _listen(program: "WSGIApplication", settings: Settings) -> Any:
    """A server that has its port, and answers once it runs."""
    # As `waitress.serve` does, for what libraries say.
    logging.basicConfig()
    try:
        server = waitress.create_server(program, **server_options(settings))
    except (OSError, ValueError) as error:
        # A host name that leads nowhere is a ValueError to waitress.
        why = error.strerror if isinstance(error, OSError) else "There is no such address"
        raise ConfigError(
            f"Nobody can listen on {settings.host}:{settings.port}: {why}. Stop what listens there "
            "already, or set EVENWARD_HOST and EVENWARD_PORT."
        ) from error
    server.print_listen("Serving on http://{}:{}")
    return server


def server_options(settings: Settings) -> dict[str, Any]:
    """How waitress listens; what is longer than any face takes it refuses before it is sent."""
    return {
        "host": settings.host,
        "port": settings.port,
        "threads": settings.threads,
        "ident": None,
        "max_request_body_size": LONGEST_BODY_BYTES,
        "connection_limit": MOST_CONNECTIONS,
        # Else everybody behind a proxy would be one address, and share one limit.
        "clear_untrusted_proxy_headers": not settings.proxy_hops,
    }


def _rarely_look_for_garbage() -> None:
    # What is loaded by now stays for good, and a request leaves few circles behind: looking for
    # them after every 700 new objects would take a tenth of the time of a report.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def free_port(host: str, wanted: int) -> int:
    """`wanted`, or the next port nobody listens on."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise ConfigError(f"No port from {wanted} to {wanted + 99} is free; set EVENWARD_PORT.")


def _workers(apps: dict[str, Flask]) -> list[Worker]:
    """One worker for each city, its use cases connected to it."""
    workers = [Worker(app, JOBS, NIGHTLY, LANES) for app in set(apps.values())]
    for one in workers:
        one.connect()
    return workers
