"""Every figure of a district's profile as a row of a table, with where it is from."""

from collections.abc import Iterator, Mapping
from typing import Any

from backend.audits.district_lines import CHANNELS, DistrictFinding, estimate_of
from backend.audits.district_profile import DistrictProfile
from backend.audits.findings.parameters import KIND_OF
from backend.audits.findings.words import rests_on_unit
from backend.places.models import District
from backend.web.audit.profile_view import METRICS_SHOWN, estimate_of_kind
from equity.measures.cluster_bootstrap import Estimate

COLUMNS = (
    "part",
    "figure",
    "about",
    "district_code",
    "district_name",
    "starts_on",
    "ends_on",
    "value",
    "low_90",
    "high_90",
    "margin_90",
    "grade",
    "unit",
    "rests_on",
    "rests_on_unit",
    "why_none",
    "source",
    "vintage",
    "data_sha256",
    "code_version",
)

FIGURES = ("relative-rate", "reporting-rate", *METRICS_SHOWN, "channel-reach")
"""What there may be rows of besides the measures of the census."""
PARTS = ("census", "rates", *dict.fromkeys(KIND_OF[one].value for one in FIGURES[1:]))


def profile_rows(profile: DistrictProfile) -> Iterator[dict[str, Any]]:
    """By the names of `COLUMNS`; what there is not is left out."""
    for row in profile.census:
        set_ = profile.boundary_set
        yield _row("census", row.measure, profile.district, Estimate(row.value)) | {
            "margin_90": row.margin,
            "source": set_.census_source,
            "vintage": set_.census_vintage,
        }
    for kind in profile.kinds:
        shown, run = kind.shown, profile.run
        found = Estimate(None) if shown is None else estimate_of_kind(kind)
        yield _row("rates", "relative-rate", profile.district, found) | {
            "about": kind.group,
            "grade": None if kind.is_hidden or kind.rate is None else kind.rate.grade,
            "why_none": "" if shown else "hidden" if kind.is_hidden else "cannot-tell",
            "source": run and f"rates {run.id}",
            "data_sha256": run and run.data_sha256,
            "vintage": run and run.data_until.isoformat(),
        }
    for finding in profile.findings:
        for district in (profile.district, *profile.neighbours):
            for metric in ("reporting-rate", *METRICS_SHOWN):
                if line := finding.lines.get((metric, district.code)):
                    yield _line_row(metric, district, finding, line)
        for way in CHANNELS:
            if line := finding.by_way.get((way, profile.district.code)):
                yield _line_row("channel-reach", profile.district, finding, line, way)


def _row(part: str, figure: str, district: District, estimate: Estimate) -> dict[str, Any]:
    return {
        "part": part,
        "figure": figure,
        "district_code": district.code,
        "district_name": district.name,
        "value": estimate.value,
        "low_90": estimate.low,
        "high_90": estimate.high,
    }


def _line_row(
    metric: str,
    district: District,
    finding: DistrictFinding,
    line: Mapping[str, Any],
    way: str = "",
) -> dict[str, Any]:
    key = line["sentence"]["key"]
    return _row(KIND_OF[metric].value, metric, district, estimate_of(line)) | {
        "about": way,
        "starts_on": finding.starts_on,
        "ends_on": finding.ends_on,
        "unit": line["unit"],
        "rests_on": line["rows"],
        "rests_on_unit": rests_on_unit(line),
        "why_none": key if line["estimate"]["value"] is None else "",
        "source": f"finding {finding.id}",
        "vintage": finding.ends_on,
        "data_sha256": finding.data_sha256,
        "code_version": finding.code_version,
    }
