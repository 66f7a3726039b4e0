"""The yearly audit as people get it: a file that asks for nothing, and a PDF."""

from pathlib import Path
from typing import Any

import pytest
from audited import audited, bring_in
from flask import Flask
from worlds import World

from backend.audits.findings.parameters import Kind
from backend.cli import yearly_audit


@pytest.mark.slow
def test_it_is_printed_and_asks_for_no_other_file(
    chromium: Any, sqlite_city: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The app of the tests has its pages already.
    monkeypatch.setattr(yearly_audit.web, "register", _nothing)
    path = tmp_path / "audit.html"
    finding = audited(bring_in(), Kind.CLOSING)
    yearly_audit.write_yearly(finding.id, path, is_pdf_wanted=True)
    assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    asked: list[str] = []
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
    width = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert width <= 360


def _nothing(_app: Flask) -> None:
    pass
