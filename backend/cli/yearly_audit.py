"""Writing the yearly audit as a file, and printing it through the system's Chromium."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import click
from flask import current_app

from backend import web
from backend.audits.queries import find_finding
from backend.core.db import current_session
from backend.core.errors import Invalid, Unavailable
from backend.web.audit.yearly_audit import yearly_audit

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_LONGEST_SECONDS = 120


def check_can_write(path: Path, *, is_pdf_wanted: bool) -> None:
    """Before anything is published for good; raises `file-unwritable` and `no-browser`."""
    for target in (path, path.with_suffix(".pdf")) if is_pdf_wanted else (path,):
        is_new = not target.exists()
        try:
            target.open("ab").close()
        except OSError as error:
            raise Invalid("file-unwritable", file=str(target), reason=error.strerror) from error
        if is_new:
            target.unlink()
    if is_pdf_wanted:
        _browser()


def write_yearly(id_: int, path: Path, *, is_pdf_wanted: bool) -> None:
    """Write the HTML of finding `id_` to `path`, and a PDF beside it where that is wanted.

    Raises `file-unwritable`, `no-browser`, and `browser-failed` once the HTML is written.
    """
    # A command's app has no pages until somebody wants to write one.
    web.register(current_app)
    with current_app.test_request_context():
        page = yearly_audit(current_session(), find_finding(current_session(), id_))
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise Invalid("file-unwritable", file=str(path), reason=error.strerror or "") from error
    click.echo(f"Finding {id_} is in {path}.")
    if is_pdf_wanted:
        target = path.with_suffix(".pdf")
        _print(path, target)
        click.echo(f"Printed to {target}.")


def _browser() -> str:
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise Unavailable("no-browser")
    return found


def _print(source: Path, target: Path) -> None:
    browser = _browser()
    with tempfile.TemporaryDirectory() as profile:
        flags = [
            "--headless",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={target.resolve()}",
        ]
        if os.geteuid() == 0:
            # Chromium refuses to run its sandbox as root.
            flags.append("--no-sandbox")
        command = [browser, *flags, source.resolve().as_uri()]
        try:
            done = subprocess.run(  # noqa: S603 - the browser found above, no shell
                command, capture_output=True, timeout=_LONGEST_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            reason = type(error).__name__
            raise Unavailable("browser-failed", reason=reason, file=str(source)) from error
    if done.returncode or not target.exists():
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        reason = " ".join(last) or str(done.returncode)
        raise Unavailable("browser-failed", reason=reason, file=str(source))
