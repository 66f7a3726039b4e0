"""Photos that come with the form of a report, whole and at once."""

from uuid import UUID

from flask import request

from backend.core.access import current_actor
from backend.core.errors import Conflict
from backend.core.limits import network_of
from backend.core.runtime import current_runtime
from backend.photos.rules import MAX_BYTES, MAX_PHOTOS, check_size
from backend.reports.photos.keep_photo import keep_photo

# Of one form: as many photos as a phone makes without being asked for smaller ones.
LARGEST_FORM = 3 * MAX_BYTES


def keep_photos(report_id: UUID) -> int:
    """Keep what was sent in the field `photos` for the report; returns how many there are.

    As if sent ahead: what belongs to no report after a week is forgotten. The same photo sent again
    is the same. Raises `Conflict`, `Invalid` and `TooLarge` before anything is kept.
    """
    sent = [data for file in request.files.getlist("photos") if (data := file.read(MAX_BYTES + 1))]
    if len(sent) > MAX_PHOTOS:
        raise Conflict("photos-enough", pointer="/photos", most=MAX_PHOTOS)
    for data in sent:
        check_size(len(data))
    _slow_down(sent)
    for data in sent:
        keep_photo(current_actor(), report_id, data)
    return len(sent)


def _slow_down(sent: list[bytes]) -> None:
    runtime, sender = current_runtime(), network_of(request.remote_addr or "")
    mebibytes = sum(len(data) // 1024**2 + 1 for data in sent)
    if mebibytes:
        runtime.limits.check(runtime.settings.upload_limit, "upload", sender, cost=mebibytes)
