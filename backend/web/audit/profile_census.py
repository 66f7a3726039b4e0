"""Who lives in a district, by the census: as charts and as a table."""

from collections.abc import Iterator

from backend.audits.district_profile import CensusRow, DistrictProfile
from backend.core.i18n import gettext as _
from backend.web.audit.charts import RowsChart, Told, rows_chart
from backend.web.audit.profile_words import census_words, margin_words
from backend.web.budget.result_views import TableView
from backend.web.words import measure_words


def census_charts(profile: DistrictProfile) -> Iterator[RowsChart]:
    """Each measure here, as far as the census is sure of it, beside those next door."""
    for row in profile.census:
        # A share is said of 100, so its scale is too.
        unit = 100 if row.measure.startswith("share_") else 1
        words = census_words(row.measure, row.value)
        here = Told(profile.district.name, *_here(row, unit), words, is_strong=True)
        near = [
            Told(one.name, unit * value, None, None, census_words(row.measure, value))
            for one in profile.neighbours
            if (value := row.neighbours.get(one.code)) is not None
        ]
        chart = rows_chart(measure_words(row.measure), [here, *near], is_bars=True)
        if chart is not None:
            yield chart


def census_table(profile: DistrictProfile) -> TableView:
    """Measure by measure with its margin, and the span of those next door."""
    rows = []
    for row in profile.census:
        near = sorted(row.neighbours.values())
        span = "–"
        if near:
            span = _(
                "%(low)s to %(high)s",
                low=census_words(row.measure, near[0]),
                high=census_words(row.measure, near[-1]),
            )
        rows.append(
            (
                measure_words(row.measure),
                census_words(row.measure, row.value),
                margin_words(row.measure, row.margin),
                span,
            )
        )
    columns = _("Measure"), _("Here"), _("Margin of error (90 %)"), _("Next door")
    return TableView(_("Who lives here"), columns, tuple(rows))


def _here(row: CensusRow, unit: int) -> tuple[float | None, float | None, float | None]:
    if row.value is None:
        return None, None, None
    value = unit * row.value
    if row.margin is None:
        return value, None, None
    return value, value - unit * row.margin, value + unit * row.margin
