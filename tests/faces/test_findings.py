"""The pages of findings: each sentence against the figures of the stored result, and the files."""

import csv
import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from audited import audited, bring_in
from worlds import World, csrf

from backend.audits.findings.parameters import Kind
from backend.audits.findings.period import quarter_after
from backend.audits.findings.words import rounded, sentence_of
from backend.cli import yearly_audit
from backend.core.actors import OPERATOR, Role
from backend.core.errors import Invalid, Unavailable
from backend.core.uow import unit_of_work
from backend.reports.models import ServiceRequest
from equity.measures.disparity_words import ENGLISH

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def numbers(words: str) -> list[float]:
    return [float(found.replace(",", "")) for found in NUMBER.findall(words)]


def words_of(html: str) -> str:
    """The text of a page as it is read, with single spaces."""
    text = re.sub(r"<[^>]+>", " ", html).replace("&#39;", "'").replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text)


def test_the_page_says_what_the_result_has(sqlite_city: World) -> None:
    kinds = (Kind.RESPONSE, Kind.CLOSING, Kind.PARTICIPATION)
    finding = audited(bring_in(margin=900.0), *kinds)
    result = json.loads(finding.result)
    html = sqlite_city.client().get(f"/audits/{finding.id}").text
    page = words_of(html)
    assert "Problems in the poorest fifth wait longer than in the richest fifth" in page
    # By income and by age, three figures each.
    sure = sum(
        line["is_gap"] and line["sentence"]["key"].endswith(("more", "less"))
        for line in result["measures"]
    )
    assert f"Comparisons made: 6. Those above stand here ({sure})" in page
    assert "about 1 of them would still stand here by chance" in page
    assert re.search(
        r"The middle problem in the poorest fifth waits 2\.25 times as long for somebody to act on "
        r"it as the middle problem in the richest fifth",
        page,
    )
    gaps = [line for line in result["measures"] if line["is_gap"]]
    assert len(gaps) == 6
    for line in gaps:
        sentence = sentence_of(line, result["currency"])
        assert sentence in page
        check_figures(line, sentence)
    check_tables(result["measures"], html)


def check_figures(line: dict[str, Any], sentence: str) -> None:
    """Its figures are those of the result, rounded so that the interval holds the stored one."""
    estimate, said = line["estimate"], numbers(sentence)
    sign = -1 if line["sentence"]["key"].endswith(".less") and "times" not in sentence else 1
    low, high = sorted((sign * estimate["low"], sign * estimate["high"]))
    assert said[-2] <= low + 1e-9
    assert said[-1] >= high - 1e-9
    assert said[-2:] == pytest.approx([low, high], rel=0.02, abs=0.011)
    if "{value}" in ENGLISH[line["sentence"]["key"]]:
        assert any(one == pytest.approx(sign * estimate["value"], rel=0.02) for one in said)


def check_tables(measures: list[dict[str, Any]], html: str) -> None:
    """Every group stands in its table with its figure and what it rests on."""
    rows = re.findall(r'<th role="rowheader" scope="row">(.*?)</tr>', html, re.DOTALL)
    shown = [words_of(row) for row in rows]
    figures = [
        line
        for line in measures
        if not line["is_gap"]
        and line["about"] != line["grouping"]
        and not line["metric"].endswith("-concentration")
        and not (line["metric"] == "channel-reach" and line["grouping"] == "districts")
    ]
    assert len(figures) == len(shown)
    for line in figures:
        estimate, rows_told = line["estimate"], line["rows"]
        if estimate["low"] is not None:
            wanted = f"{rounded(estimate['value'])} ("
            assert any(
                row.startswith(line["about"])
                and wanted in row
                and row.strip().endswith(str(rows_told))
                for row in shown
            ), line


def test_the_files_are_what_is_stored(sqlite_city: World) -> None:
    finding, client = audited(bring_in(), Kind.CLOSING), sqlite_city.client()
    document = client.get(f"/audits/{finding.id}.json").data
    assert hashlib.sha256(document).hexdigest() == finding.result_sha256
    rows = list(csv.DictReader(io.StringIO(client.get(f"/audits/{finding.id}.csv").text)))
    measures = json.loads(document)["measures"]
    assert len(rows) == len(measures)
    for row, line in zip(rows, measures, strict=True):
        low = line["estimate"]["low"]
        assert row["low_90"] == ("" if low is None else str(low))
        assert (row["metric"], row["about"]) == (line["metric"], line["about"])
        # A share of closed problems rests on them, and the file says what it counts.
        assert row["rests_on"] == ("" if line["rows"] is None else str(line["rows"]))
        assert row["rests_on_unit"] == "closed problems"
    assert client.get("/audits/99").status_code == 404


def test_open_data_are_the_same_whichever_way_residents_reported(sqlite_city: World) -> None:
    result = json.loads(audited(bring_in(), Kind.PARTICIPATION).result)
    reach = [line["sentence"]["key"] for line in result["measures"] if " by " in line["about"]]
    assert "hidden" in reach

    def all_told() -> list[bytes]:
        addresses = (
            "/data/requests.csv",
            "/open311/v2/bulk.json",
            "/open311/v2/requests.json?extensions=true&start_date=2025-10-01T00:00:00Z",
        )
        answers = [sqlite_city.client().get(one, buffered=True) for one in addresses]
        return [answer.data for answer in answers if answer.status_code == 200]

    told = all_told()
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.update(ServiceRequest).values(channel="paper"))
    assert len(told) == 3
    assert all_told() == told


def test_an_analyst_signs_in_a_form_and_everybody_reads_it(sqlite_city: World) -> None:
    bring_in()
    analyst = sqlite_city.signed_in(Role.ANALYST)
    coming = quarter_after(sqlite_city.clock.now().date())
    form = {
        "csrf_token": csrf(analyst, "/audits/preregistrations/new"),
        "quarter": coming.starts_on.isoformat(),
        "metric": ["waiting-days", "turnout"],
        "grouping": ["fifths by income", "districts"],
        "threshold-waiting-days": "2.5",
    }
    answer = analyst.post("/audits/preregistrations", data=form)
    assert answer.status_code == 302, answer.text
    page = words_of(sqlite_city.client().get(answer.location).text)
    assert "Days waited until somebody acted, of the first 30 fifths by income 30 2.5" in page
    document = sqlite_city.client().get(f"{answer.location}.json").data
    assert hashlib.sha256(document).hexdigest() in page
    again = analyst.post("/audits/preregistrations", data=form)
    assert again.status_code == 409
    assert "nothing-added" in again.text


def test_the_yearly_audit_is_one_file_that_needs_no_other(
    sqlite_city: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = audited(bring_in(), Kind.CLOSING)
    # The app of the tests has its pages already.
    monkeypatch.setattr(yearly_audit.web, "register", lambda app: None)
    path = tmp_path / "audit.html"
    yearly_audit.write_yearly(finding.id, path, is_pdf_wanted=False)
    html = path.read_text()
    assert "<style>" in html
    # Read as text, the city's name and the year are no one word.
    assert "</strong><span" not in html
    assert re.findall(r'(?:src|href|action)="(?!#)|url\((?!#)|@import|<script|<link', html) == []
    for line in json.loads(finding.result)["measures"]:
        if line["is_gap"]:
            assert sentence_of(line, "EUR") in words_of(html)
    assert finding.data_sha256 in html
    # What stands there is not lost by looking whether it may be written.
    yearly_audit.check_can_write(path, is_pdf_wanted=False)
    assert path.read_text() == html
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="no-browser"):
        yearly_audit.check_can_write(tmp_path / "new.html", is_pdf_wanted=True)
    with pytest.raises(Invalid, match="file-unwritable"):
        yearly_audit.check_can_write(tmp_path, is_pdf_wanted=False)
    assert [one.name for one in tmp_path.glob("*.html")] == ["audit.html"]
