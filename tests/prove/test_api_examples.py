"""Thousands of requests made from the API's own description: no crash, no undescribed answer."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sensible_values import NUMBER, STAFF_TOKEN, TOKEN
from sites import Site
from worlds import PASSWORD

ROOT = Path(__file__).parents[2]
LEAST = 5_000
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


@pytest.mark.prove
def test_generated_requests_get_described_answers(site: Site, tmp_path: Path) -> None:
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        str(ROOT / "mobile-api" / "openapi.json"),
        f"--url={site.url}",
        f"--checks={','.join(CHECKS)}",
        "--phases=coverage,fuzzing",
        "--max-examples=230",
        "--seed=1",
    ]
    client = site.world.client()
    staff = {"username": "ward_staff", "password": PASSWORD}
    hooks = {
        "SCHEMATHESIS_HOOKS": "sensible_values",
        NUMBER: site.open_number,
        TOKEN: client.post("/v1/devices").json["token"],
        STAFF_TOKEN: client.post("/v1/desk/sessions", json=staff).json["token"],
    }
    environment = {**os.environ, **hooks, "PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    counted = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert counted is not None, done.stdout
    generated, passed = map(int, counted.groups())
    assert generated == passed >= LEAST
