"""The page only a made-up city has: how far the estimates are from the truth."""

import sqlalchemy as sa
from flask import Blueprint, Flask, render_template
from sqlalchemy.orm import Session

from backend.audits.queries import latest_run, rates_of
from backend.core.access import access, guard
from backend.core.db import current_session
from backend.core.errors import Conflict
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.demo.comparison import Compared, agreement, agreement_of_counts, compare
from backend.demo.truth import DistrictTruth, read_truth
from backend.places.queries import districts_of
from backend.reports.models import Incident
from backend.web.audit.overview_pages import scale_for
from backend.web.face import identify_viewer
from backend.web.view_models import TruthPageView, TruthRowView

blueprint = Blueprint("demo", __name__, template_folder="templates", url_prefix="/demo")
guard(blueprint, identify_viewer)


def register(app: Flask) -> None:
    """Put the page on the app of a made-up city."""
    app.register_blueprint(blueprint)


@blueprint.get("/truth")
@access()
def truth() -> str:
    """The page."""
    kept = read_truth(current_runtime().settings.data_dir)
    return render_template("truth.html", view=truth_page_view(current_session(), kept))


def truth_page_view(session: Session, kept: tuple[DistrictTruth, ...]) -> TruthPageView:
    """The newest fit beside the truth; raises `Conflict` before the first fit."""
    run = latest_run(session)
    if run is None:
        raise Conflict("rates-missing")
    districts = districts_of(session, run.boundary_set_id)
    estimates = {districts[rate.district_id].code: rate for rate in rates_of(session, run)}
    names = {district.code: district.name for district in districts.values()}
    rows = compare(kept, estimates)
    reported = _reported_incidents(session)
    told = [row for row in rows if row.is_covered is not None]
    return TruthPageView(
        finding=_(
            "The intervals hold the truth in %(covered)s of %(told)s districts",
            covered=sum(row.is_covered is True for row in told),
            told=len(told),
        ),
        caveat=_caveat(rows, names),
        coverage_words=_(
            "An interval of 90 %% should hold the truth about 9 times in 10. Estimated and true "
            "rates agree with a correlation of %(agreement).2f.",
            agreement=agreement(rows),
        ),
        scale_max=scale_for([rate.high for rate in estimates.values()]),
        rows=tuple(
            _row(row, names[row.truth.code], reported.get(row.estimate.district_id, 0))
            for row in rows
        ),
    )


def _caveat(rows: tuple[Compared, ...], names: dict[str, str]) -> str:
    """What a plain count of reports would have made of the same city."""
    worst = max(rows, key=lambda row: row.problems_per_1000)
    by_reports = sorted(rows, key=lambda row: -row.reports_per_1000)
    return _(
        "A count of reports misjudges the city. For its size %(name)s has the most problems, yet "
        "by reports it comes in place %(place)s; over all districts, reports and problems per "
        "1,000 people agree with a correlation of %(agreement).2f only.",
        name=names[worst.truth.code],
        place=by_reports.index(worst) + 1,
        agreement=agreement_of_counts(rows),
    )


def _reported_incidents(session: Session) -> dict[int | None, int]:
    """How many problems of each district anybody has reported."""
    counted = sa.select(Incident.district_id, sa.func.count()).group_by(Incident.district_id)
    return dict(session.execute(counted).all())


def _row(row: Compared, name: str, reported: int) -> TruthRowView:
    return TruthRowView(
        district_name=name,
        true_incidents=row.truth.incidents,
        reported_incidents=reported,
        reports_per_1000=row.reports_per_1000,
        true_relative_rate=row.true_relative_rate,
        relative_rate=row.estimate.relative_rate,
        low=row.estimate.low,
        high=row.estimate.high,
        grade=row.estimate.grade,
        is_covered=row.is_covered,
    )
