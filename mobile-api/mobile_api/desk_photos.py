"""Staff look at photos before everybody does, and decide what is shown of them."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from backend.ballots.delivery.add_photo import add_milestone_photo
from backend.ballots.delivery.commands import AddMilestonePhoto
from backend.ballots.delivery.workflow import DELIVERERS
from backend.ballots.proposals.add_photo import add_proposal_photo
from backend.ballots.proposals.commands import AddProposalPhoto
from backend.core.access import access, current_actor
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.photos.commands import ModeratePhoto, RedactPhoto, Verdict
from backend.photos.moderate_photo import moderate_photo, redact_photo
from backend.photos.queries import PhotoToReview, photos_to_review, rendered_photo
from backend.photos.stored_names import picture_name, thumbnail_name
from backend.photos.workflow import MODERATORS
from mobile_api.desk_schemas import CoversSchema, DeskPhotoSchema, ReasonSchema
from mobile_api.face import documents_desk, make_desk_blueprint
from mobile_api.overdue import PageQuerySchema
from mobile_api.photo_schemas import StaffSlotSchema, UploadSchema
from mobile_api.photos import JPEG, PICTURE, stored_picture
from mobile_api.uploads import upload_document

blueprint = make_desk_blueprint("photos", "Staff: moderate photos, and send their own.")
_REFUSALS = (400, 404, 409, 413, 415, 422)
_STEP = "/cycles/<string:slug>/projects/<string:code>/milestones/<int:number>"


class CoveredSchema(Schema):
    """Under which id the picture will be seen again, once it is covered."""

    id = fields.UUID(required=True)


@blueprint.route("/photos", methods=["GET"])
@blueprint.arguments(PageQuerySchema(), location="query")
@blueprint.response(200, DeskPhotoSchema(many=True))
@documents_desk(blueprint, 422)
@access(*MODERATORS)
def list_waiting_photos(query: dict[str, int]) -> list[dict[str, Any]]:
    """What nobody has looked at yet, longest wait first."""
    size = query["page_size"]
    offset = (query["page"] - 1) * size
    waiting = photos_to_review(current_session(), limit=size, offset=offset)
    return [photo_for_staff(one) for one in waiting]


@blueprint.route("/photos/<uuid:id>", methods=["GET"])
@blueprint.response(200, PICTURE, content_type=JPEG)
@documents_desk(blueprint, 404)
@access(*MODERATORS)
def get_picture_for_staff(id: UUID) -> Response:
    """A picture, shown or not."""
    rendered_photo(current_session(), id)
    return stored_picture(picture_name(id))


@blueprint.route("/photos/<uuid:id>/thumbnail", methods=["GET"])
@blueprint.response(200, PICTURE, content_type=JPEG)
@documents_desk(blueprint, 404)
@access(*MODERATORS)
def get_thumbnail_for_staff(id: UUID) -> Response:
    """The same, at most 400 pixels a side."""
    rendered_photo(current_session(), id)
    return stored_picture(thumbnail_name(id))


@blueprint.route("/photos/<uuid:id>/approval", methods=["POST"])
@blueprint.response(204, description="Everybody can see it")
@documents_desk(blueprint, 404, 409)
@access(*MODERATORS)
def approve_photo(id: UUID) -> None:
    """Show it to everybody."""
    _judge(ModeratePhoto(id, Verdict.APPROVE))


@blueprint.route("/photos/<uuid:id>/refusal", methods=["POST"])
@blueprint.arguments(ReasonSchema())
@blueprint.response(204, description="Nobody can see it; approving undoes this for 30 days")
@documents_desk(blueprint, *_REFUSALS)
@access(*MODERATORS)
def refuse_photo(said: dict[str, str], id: UUID) -> None:
    """Show it to nobody, for a reason that whoever took it can read."""
    _judge(ModeratePhoto(id, Verdict.REFUSE, **said))


@blueprint.route("/photos/<uuid:id>/covers", methods=["POST"])
@blueprint.arguments(CoversSchema())
@blueprint.response(202, CoveredSchema)
@documents_desk(blueprint, *_REFUSALS)
@access(*MODERATORS)
def cover_photo(said: dict[str, Any], id: UUID) -> dict[str, UUID]:
    """Cover parts of it for good; nobody sees it until that is done."""
    with unit_of_work(current_actor()) as work:
        return {"id": redact_photo(work, RedactPhoto(id, **said))}


@blueprint.route("/proposals/<string:number>/photos", methods=["POST"])
@blueprint.arguments(StaffSlotSchema())
@blueprint.response(201, UploadSchema)
@documents_desk(blueprint, *_REFUSALS)
@access(*MODERATORS)
def announce_proposal_photo(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Announce a photo for people who cannot; announcing it again gives the same upload."""
    with unit_of_work(current_actor()) as work:
        opened = add_proposal_photo(work, AddProposalPhoto(number=number, **said))
        return upload_document(opened.photo)


@blueprint.route(f"{_STEP}/photos", methods=["POST"])
@blueprint.arguments(StaffSlotSchema())
@blueprint.response(201, UploadSchema)
@documents_desk(blueprint, *_REFUSALS)
@access(*DELIVERERS)
def announce_milestone_photo(
    said: dict[str, Any], slug: str, code: str, number: int
) -> dict[str, Any]:
    """Announce a photo of a step of what is built; it is shown as soon as it is ready."""
    with unit_of_work(current_actor()) as work:
        opened = add_milestone_photo(
            work, AddMilestonePhoto(said.pop("id"), slug, code, number, **said)
        )
        return upload_document(opened.photo)


def photo_for_staff(photo: PhotoToReview) -> dict[str, Any]:
    """The members of `DeskPhotoSchema`."""
    id_ = photo.rendering_id
    return {
        "id": id_,
        photo.kind: photo.number,
        "alt": photo.alt_text,
        "state": photo.state,
        "width": photo.width,
        "height": photo.height,
        "url": public_address(f"{blueprint.name}.get_picture_for_staff", id=id_),
        "thumbnail_url": public_address(f"{blueprint.name}.get_thumbnail_for_staff", id=id_),
    }


def _judge(command: ModeratePhoto) -> None:
    with unit_of_work(current_actor()) as work:
        moderate_photo(work, command)
