"""An audit to take away: one HTML file with all it needs inside, which prints well."""

from datetime import date
from importlib.resources import files

from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from backend.audits.models import Finding
from backend.audits.queries import findings, preregistrations
from backend.places.queries import the_city
from backend.web.audit.finding_view import finding_headline, finding_page, period_words

_SHEETS = ("tokens", "base", "signs", "lists", "tables", "charts")


def yearly_audit(session: Session, finding: Finding) -> str:
    """A finding as a page that loads nothing; needs a request context."""
    return render_template(
        "audit/yearly_audit.html",
        view=finding_page(session, finding),
        style=_style(),
        city_name=the_city(session).name,
        year=_name(finding),
        others=_during(session, finding),
        plans=[
            (plan.id, period_words(plan.starts_on, plan.ends_on), plan.sha256)
            for plan in preregistrations(session)
            if _is_within(finding, plan.starts_on, plan.ends_on)
        ],
    )


def _name(finding: Finding) -> str:
    """A year by its number, or the days."""
    if (finding.ends_on.month, finding.ends_on.day) == (12, 31) and finding.starts_on.month == 1:
        return str(finding.starts_on.year)
    return period_words(finding.starts_on, finding.ends_on)


def _style() -> Markup:
    folder = files("backend.web").joinpath("static")
    sheets = (folder.joinpath(f"{name}.css").read_text(encoding="utf-8") for name in _SHEETS)
    return Markup("<style>{}</style>").format(Markup("\n".join(sheets)))  # noqa: S704 - our own


def _during(session: Session, finding: Finding) -> list[tuple[int, str, str]]:
    return [
        (one.id, period_words(one.starts_on, one.ends_on), finding_headline(one))
        for one in findings(session)
        if one.id != finding.id and _is_within(finding, one.starts_on, one.ends_on)
    ]


def _is_within(finding: Finding, starts_on: date, ends_on: date) -> bool:
    is_the_same = (starts_on, ends_on) == (finding.starts_on, finding.ends_on)
    return not is_the_same and finding.starts_on <= starts_on and ends_on <= finding.ends_on
