"""The city's catalogue of services, as a file."""

import csv
from pathlib import Path

from backend.core.errors import Invalid
from backend.core.given_file import require_file
from backend.core.uow import UnitOfWork
from backend.reports.column_map import LONGEST_TARGET_HOURS
from backend.reports.events import ServicesSet
from backend.reports.models import Service
from backend.reports.request_file import refuse_repeated_columns, service_code_of

_COLUMNS = ("service_code", "service_name", "severity_band", "target_hours")


def read_services(path: Path) -> list[Service]:
    """Services from a CSV with the columns service_code, service_name, severity_band (0 to 4) and
    target_hours, and optionally description, group and keywords; raises `Invalid` naming a line.
    """
    require_file(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            present = list(reader.fieldnames or [])
            refuse_repeated_columns(path.name, present)
            for column in _COLUMNS:
                if column not in present:
                    raise Invalid("column-missing", file=path.name, column=column, columns=present)
            return [_service(row, path.name, reader.line_num) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid("import-not-readable", file=path.name, why=str(error)) from error


def import_services(work: UnitOfWork, services: list[Service]) -> None:
    """Add the services, or change those that are here already; none is removed."""
    for service in services:
        work.session.merge(service)
    codes = sorted(one.code for one in services)
    work.decide("services.imported", "services", codes=codes)
    work.emit(ServicesSet(tuple(codes)))


def _service(row: dict[str, str], file: str, line: int) -> Service:
    code = row["service_code"].strip()
    if not code or code != service_code_of(code):
        why = f"the service code {code!r} may hold only A-Z, 0-9, _ and -"
        raise Invalid("services-file-not-valid", file=file, line=line, why=why)
    try:
        band, hours = int(row["severity_band"]), int(row["target_hours"])
    except ValueError as error:
        why = "severity_band and target_hours must be whole numbers"
        raise Invalid("services-file-not-valid", file=file, line=line, why=why) from error
    if band not in range(5) or not 1 <= hours <= LONGEST_TARGET_HOURS:
        why = f"severity_band is 0 to 4 and target_hours 1 to {LONGEST_TARGET_HOURS}"
        raise Invalid("services-file-not-valid", file=file, line=line, why=why)
    return Service(
        code=code,
        name=row["service_name"].strip() or code,
        description=row.get("description", "").strip(),
        group_name=row.get("group", "").strip(),
        keywords=row.get("keywords", "").strip(),
        severity_band=band,
        target_hours=hours,
        is_active=True,
    )
