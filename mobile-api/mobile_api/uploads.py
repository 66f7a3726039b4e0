"""Photos on their way in: the core of tus 1.0, with creation and termination.

https://tus.io/protocols/resumable-upload#core-protocol
"""

from math import ceil
from typing import Any
from uuid import UUID

from flask import Response, abort, request

from backend.ballots.proposals.add_photo import add_proposal_photo
from backend.ballots.proposals.commands import AddProposalPhoto
from backend.core.access import access, current_actor
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.errors import UnsupportedMedia
from backend.core.i18n import gettext
from backend.core.limits import network_of
from backend.core.problems import problem_texts
from backend.core.runtime import Runtime, current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from backend.photos.append_chunk import (
    append_chunk,
    check_piece,
    keep_piece,
    unless_refused,
)
from backend.photos.commands import AppendChunk
from backend.photos.models import Photo
from backend.photos.open_slot import Opened
from backend.photos.queries import own_photo, refusal_reason
from backend.photos.remove_photo import withdraw_photo
from backend.photos.rules import MAX_BYTES
from backend.photos.subject import SubjectKind
from backend.photos.workflow import PhotoState
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload
from mobile_api.face import documents_problems, make_blueprint, slow_down
from mobile_api.photo_schemas import (
    TUS_VERSION,
    NewUploadSchema,
    PieceSchema,
    TusSchema,
    UploadSchema,
)

blueprint = make_blueprint("uploads", "Send photos, in pieces or whole (tus 1.0).")

_PIECE = "application/offset+octet-stream"
_COUNTED = {
    name: {"description": words, "schema": {"type": "integer"}}
    for name, words in (
        ("Upload-Offset", "Number of bytes the city has"),
        ("Upload-Length", "Number of bytes the photo has"),
    )
}
_LOCATION = {"Location": {"description": "Where to send pieces", "schema": {"type": "string"}}}


@blueprint.before_request
def check_protocol() -> None:
    """A client of another version of tus is told so, as the protocol asks."""
    is_tus = request.method not in {"GET", "OPTIONS"}
    if is_tus and request.headers.get("Tus-Resumable") != TUS_VERSION:
        abort(412)


@blueprint.after_request
def speak_protocol(response: Response) -> Response:
    """What every answer of a tus server says."""
    response.headers["Tus-Resumable"] = response.headers["Tus-Version"] = TUS_VERSION
    response.headers["Cache-Control"] = "no-store"
    if request.method == "OPTIONS":
        response.headers["Tus-Extension"] = "creation,termination"
        response.headers["Tus-Max-Size"] = str(MAX_BYTES)
    return response


@blueprint.route("/uploads", methods=["POST"])
@blueprint.arguments(NewUploadSchema(), location="headers")
@blueprint.response(201, UploadSchema, headers=_LOCATION | _COUNTED)
@documents_problems(blueprint, 401, 403, 404, 409, 412, 413, 422, 429, 503)
@access()
def create_upload(
    command: OpenUpload | AddProposalPhoto,
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Announce a photo of a report or of your proposal.

    Announcing it again gives the same upload, as far as it has come.
    """
    settings = current_runtime().settings
    slow_down("photo", settings.report_limit, settings.device_report_limit)
    with unit_of_work(current_actor()) as work:
        photo = _open(work, command).photo
        document, headers = upload_document(photo), _progress(photo)
    where = public_address(f"{blueprint.name}.get_upload", slot=command.id)
    return document, 201, {"Location": where, **headers}


@blueprint.route("/uploads/<uuid:slot>", methods=["GET"])
@blueprint.response(200, UploadSchema, headers=_COUNTED)
@documents_problems(blueprint, 401, 404, 412, 503)
@access()
def get_upload(slot: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Where a photo stands. HEAD gives the headers alone, as tus has it."""
    photo = own_photo(current_session(), slot, current_actor())
    return upload_document(photo), 200, _progress(photo)


@blueprint.route("/uploads/<uuid:slot>", methods=["PATCH"])
@blueprint.arguments(PieceSchema(), location="headers")
@blueprint.doc(
    requestBody={
        "required": True,
        "content": {_PIECE: {"schema": {"type": "string", "format": "binary"}}},
    }
)
@blueprint.response(204, headers=_COUNTED, description="Taken")
@documents_problems(blueprint, 401, 404, 409, 410, 412, 413, 415, 422, 429, 503)
@access()
def append_piece(headers: dict[str, Any], slot: UUID) -> Response:
    """Send the next piece. It is on disk when this is answered."""
    if request.mimetype != _PIECE:
        raise UnsupportedMedia("upload-not-octets")
    actor, runtime, offset = current_actor(), current_runtime(), headers["offset"]
    _slow_down_bytes(runtime)
    # Every other address takes far less; here one piece may be the whole photo.
    request.max_content_length = MAX_BYTES
    data = request.get_data(cache=False)
    check_piece(own_photo(current_session(), slot, actor), offset, len(data))
    piece = keep_piece(runtime.media, slot, data, runtime.ids.uuid()) if data else ""
    with unless_refused(runtime.media, piece), unit_of_work(actor) as work:
        photo = append_chunk(work, AppendChunk(slot, offset, piece, len(data)))
        return Response(status=204, headers=_progress(photo))


@blueprint.route("/uploads/<uuid:slot>", methods=["DELETE"])
@blueprint.arguments(TusSchema(), location="headers")
@blueprint.response(204, description="Removed")
@documents_problems(blueprint, 401, 404, 412, 422, 503)
@access()
def remove_upload(_headers: dict[str, Any], slot: UUID) -> Response:
    """Remove a photo, however far it has come; anybody who has its public address loses it too."""
    with unit_of_work(current_actor()) as work:
        withdraw_photo(work, slot)
    return Response(status=204)


def _open(work: UnitOfWork, command: OpenUpload | AddProposalPhoto) -> Opened:
    if isinstance(command, AddProposalPhoto):
        return add_proposal_photo(work, command)
    return open_upload(work, command)


def _slow_down_bytes(runtime: Runtime) -> None:
    """Count what is being sent against its network address, by the MiB begun."""
    mebibytes = ceil((request.content_length or 0) / 1024**2)
    sender = network_of(request.remote_addr or "")
    runtime.limits.check(runtime.settings.upload_limit, "upload", sender, cost=mebibytes or 1)


def _progress(photo: Photo) -> dict[str, str]:
    return {"Upload-Offset": str(photo.received_bytes), "Upload-Length": str(photo.size_bytes)}


def upload_document(photo: Photo) -> dict[str, Any]:
    """A photo as its own phone may see it."""
    is_of_report = photo.subject.kind is SubjectKind.REPORT
    is_public = photo.state == PhotoState.PUBLIC
    is_judged = photo.problem == "photo-refused"
    return {
        "id": photo.id,
        photo.subject_kind: photo.subject_id if is_of_report else photo.subject_number,
        "state": photo.state,
        "received_bytes": photo.received_bytes,
        "size_bytes": photo.size_bytes,
        "problem": _problem(photo.problem) if photo.problem else None,
        "reason": refusal_reason(current_session(), photo.id) if is_judged else None,
        "url": public_address("api_photos.get_photo", id=photo.rendering_id) if is_public else None,
    }


def _problem(slug: str) -> dict[str, str]:
    text = problem_texts()[slug]
    return {
        "type": public_address("web.problem", slug=slug),
        "title": gettext(text.title),
        "detail": gettext(text.detail),
        "remedy": gettext(text.remedy),
    }
