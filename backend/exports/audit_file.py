"""The figures of an audit by district as GeoParquet 1.1, on the boundaries it was made on."""

import io
import json
from typing import Any

import shapely
from flask import Response, request

from backend.audits.district_lines import DistrictFinding, by_district
from backend.audits.queries import find_finding
from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.core.limits import network_of
from backend.core.runtime import current_runtime
from backend.exports.face import blueprint
from backend.exports.vintage import CAUTION
from backend.places.queries import boundary_set_of, district_shapes, the_city


@blueprint.get("/data/audits/<int:id>.parquet")
@access()
def audit_file(id: int) -> Response:
    """One row for each district: every figure with its interval, empty where nothing is told."""
    session, runtime = current_session(), current_runtime()
    finding = find_finding(session, id)
    result = json.loads(finding.result)
    boundary_set = boundary_set_of(session, result["boundaries"][0]["sha256"])
    if boundary_set is None:
        raise NotFound("audit-boundaries-missing", id=id)
    network = network_of(request.remote_addr or "")
    runtime.limits.check(runtime.settings.export_limit, "export", network)
    shapes = {code: shape for _id, code, shape in district_shapes(session, boundary_set.id)}
    about = {
        "title": f"Audit of {the_city(session).name}, finding {finding.id}",
        "license": {
            "name": runtime.settings.data_licence,
            "url": runtime.settings.data_licence_url,
        },
        "starts_on": finding.starts_on.isoformat(),
        "ends_on": finding.ends_on.isoformat(),
        "data_sha256": finding.data_sha256,
        "result_sha256": finding.result_sha256,
        "code_version": finding.code_version,
        "caution": CAUTION,
        "hidden": "A figure few people stand behind is empty, and so are others from which it "
        "could be worked out.",
    }
    body = _parquet(by_district(finding, result), result["districts"], shapes, about)
    response = Response(body, mimetype="application/vnd.apache.parquet")
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{id}.parquet"'
    response.access_control_allow_origin = "*"
    return response


def _parquet(
    finding: DistrictFinding,
    names: dict[str, str],
    shapes: dict[str, bytes],
    about: dict[str, Any],
) -> bytes:
    # A quarter of a second to import, and few processes ever write this.
    import pyarrow as pa
    import pyarrow.parquet as pq

    codes = [code for code in names if code in shapes]
    columns: dict[str, Any] = {
        "district_code": pa.array(codes, pa.string()),
        "district_name": pa.array([names[code] for code in codes], pa.string()),
    }
    for metric in sorted({metric for metric, _code in finding.lines}):
        lines = [finding.lines.get((metric, code)) for code in codes]
        for part, ending in (("value", ""), ("low", "_low_90"), ("high", "_high_90")):
            values = [None if line is None else line["estimate"][part] for line in lines]
            columns[f"{metric.replace('-', '_')}{ending}"] = pa.array(values, pa.float64())
    columns["geometry"] = pa.array([shapes[code] for code in codes], pa.binary())
    own = shapely.from_wkb([shapes[code] for code in codes])
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": sorted({shape.geom_type for shape in own}),
                "edges": "planar",
                "bbox": shapely.total_bounds(own).tolist(),
            }
        },
    }
    kept = {"geo": json.dumps(geo), "about": json.dumps(about)}
    sink = io.BytesIO()
    pq.write_table(pa.table(columns).replace_schema_metadata(kept), sink, compression="zstd")
    return sink.getvalue()
