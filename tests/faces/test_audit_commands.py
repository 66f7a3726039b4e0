"""Every figure of the audit room leads to what it is and to a command that makes it again."""

import csv
import io
import re
from html import unescape

import click
import pytest
import sqlalchemy as sa
from audited import audited, bring_in
from click.testing import CliRunner
from worlds import FIELD_KEY, World

from backend.__main__ import main
from backend.audits.findings.code_version import code_version
from backend.audits.findings.parameters import Kind
from backend.audits.fit_rates import fit_rates
from backend.core.actors import OPERATOR, Role
from backend.core.db import db
from backend.core.uow import unit_of_work
from backend.reports.models import ServiceRequest

ROOM = (
    "/audit",
    "/audit/districts/S01",
    "/audit/maps",
    "/audit/maps?figure=waiting-days",
    "/audit/sensitivity",
    "/audit/targets",
)
COMMAND = re.compile(r"<code>python -m backend ([^<]+)</code>")


def test_every_command_that_a_definition_gives_is_one(sqlite_city: World) -> None:
    page = sqlite_city.client().get("/audits/definitions").text
    commands = {tuple(found.split()) for found in COMMAND.findall(page)}
    assert len(commands) > 2
    for words in commands:
        command: click.Command = main
        for word in words:
            if isinstance(command, click.Group):
                found = command.get_command(click.Context(command), word)
                assert found is not None, words
                command = found
        assert not isinstance(command, click.Group)


@pytest.mark.slow
def test_the_commands_of_the_room_make_its_figures_again(sqlite_city: World) -> None:
    period = bring_in()
    with unit_of_work(OPERATOR) as work:
        run = fit_rates(work)
    finding = audited(period, Kind.RESPONSE)
    analyst, commands = sqlite_city.signed_in(Role.ANALYST), set()
    for address in ROOM:
        page = analyst.get(address).text
        assert "Where these figures are from, and how to make them again" in page
        assert "/audits/definitions#" in page
        assert code_version() in page
        assert (run.data_sha256 in page) or (finding.data_sha256 in page) or "targets" in address
        made = unescape(page.split('id="made"')[1])
        commands |= {tuple(found.split()) for found in COMMAND.findall(made)}
    assert ("audit", "replay", str(finding.id)) in commands
    assert ("equity", "replay", str(run.id)) in commands
    assert any(command[:2] == ("equity", "vary") for command in commands)
    assert any(command[:2] == ("equity", "targets") for command in commands)
    with sqlite_city.app.app_context():
        db.session.rollback()
    settings = sqlite_city.app.extensions["evenward"].settings
    environment = {
        "EVENWARD_DATA_DIR": str(sqlite_city.data_dir),
        "EVENWARD_SECRET_KEYS": ",".join(settings.secret_keys),
        "EVENWARD_FIELD_KEYS": FIELD_KEY,
        "EVENWARD_HASH_KEY": settings.hash_key,
    }
    for words in sorted(commands):
        result = CliRunner().invoke(main, words, env=environment)
        assert result.exit_code == 0, (words, result.output)


@pytest.mark.slow
def test_the_file_of_targets_says_what_the_page_does(sqlite_city: World) -> None:
    bring_in()
    with unit_of_work(OPERATOR) as work:
        of_first_strip = sa.update(ServiceRequest).where(ServiceRequest.incident_id <= 30)
        work.session.execute(of_first_strip.values(reporter_hash="0" * 64))
    analyst = sqlite_city.signed_in(Role.ANALYST)
    rows = list(csv.DictReader(io.StringIO(analyst.get("/audit/targets.csv").text)))
    page = analyst.get("/audit/targets").text
    choices = {row["choice"] for row in rows}
    assert page.count("point=") == len(choices)
    assert {row["why_none"] for row in rows} == {"", "hidden"}
    for row in rows:
        assert (row["why_none"] == "hidden") == (row["today_inspected_share"] == "")
        assert int(row["reported_in_a_year"]) > 0
        assert row["code_version"] == code_version()
