"""Photos of reports on the desk: looked at before everybody may, shown, covered or refused."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, request
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.db import current_session
from backend.core.errors import Invalid, NotFound
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.commands import ModeratePhoto, RedactPhoto, Verdict
from backend.photos.moderate_photo import moderate_photo, redact_photo
from backend.photos.queries import rendered_photo
from backend.photos.stored_names import picture_name, thumbnail_name
from backend.photos.workflow import MODERATORS, PhotoState
from backend.web.desk.incident_pages import incident
from backend.web.desk.queue_way import report_url
from backend.web.face import blueprint, notice
from backend.web.fact_words import read_facts
from backend.web.form_fields import one_of, text
from backend.web.refused_form import returns_to

_EDGES = ("left", "top", "right", "bottom")
# As they stand after "The photo is".
_STATES = {
    PhotoState.UPLOADING: marked("still on its way here"),
    PhotoState.PROCESSING: marked("being opened, or covered, and can be seen in a moment"),
    PhotoState.WAITING: marked("here before what it belongs to"),
    PhotoState.HELD: marked("shown to staff alone"),
    PhotoState.PUBLIC: marked("shown to everybody"),
    PhotoState.REFUSED: marked("refused"),
    PhotoState.REMOVED: marked("removed by whoever took it"),
}


@blueprint.get("/desk/photos/<uuid:id>")
@access(*MODERATORS)
def desk_photo(id: UUID) -> FlaskResponse:
    """A picture, shown to everybody or not."""
    rendered_photo(current_session(), id)
    small = request.args.get("size") == "small"
    data = current_runtime().media.get(thumbnail_name(id) if small else picture_name(id))
    if data is None:
        raise NotFound("photo-not-found")
    return FlaskResponse(data, content_type="image/jpeg")


@blueprint.post("/desk/incidents/<string:number>/photos/<uuid:id>", endpoint="judge_photo")
@access(*MODERATORS)
@returns_to(incident)
def judge_photo_submit(number: str, id: UUID) -> Response:
    """Show it to everybody, to nobody, or with a part of it covered for good."""
    verdict = one_of(Verdict, "verdict")
    with unit_of_work(current_actor()) as work:
        if verdict is Verdict.COVER:
            redact_photo(work, RedactPhoto(id, _covers(), text("reason")))
            words = _("It is being covered. Nobody sees the photo until that is done.")
        elif verdict is Verdict.REFUSE:
            moderate_photo(work, ModeratePhoto(id, Verdict.REFUSE, text("reason")))
            words = _("The photo is refused. For 30 days it can still be shown.")
        else:
            moderate_photo(work, ModeratePhoto(id, Verdict.APPROVE))
            words = _("Everybody can see the photo now.")
    notice("done", words)
    return redirect(report_url(number) + "#photos")


def _covers() -> tuple[tuple[float, float, float, float], ...]:
    """What was marked, in percent of the picture's width and height, as fractions of them."""
    rows = zip(*(request.form.getlist(name) for name in _EDGES), strict=False)
    return tuple(_cover(number, row) for number, row in enumerate(filter(any, rows)))


def _cover(number: int, typed: tuple[str, ...]) -> tuple[float, float, float, float]:
    try:
        left, top, right, bottom = (float(percent) / 100 for percent in typed)
    except ValueError as error:
        pointer = f"/covers/{number}"
        raise Invalid("photo-cover-outside", pointer=pointer, number=number + 1) from error
    return left, top, right, bottom


read_facts("photo-moved-on", state=lambda state: _(_STATES[PhotoState(state)]))
