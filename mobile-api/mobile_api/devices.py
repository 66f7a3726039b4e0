"""A phone may have a token, so that the reports of one phone can be told from those of many."""

from backend.accounts.identify import register_device
from backend.core.access import access, current_actor
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from mobile_api.face import documents_problems, make_blueprint, slow_down
from mobile_api.schemas import DeviceSchema

blueprint = make_blueprint("devices", "Anonymous tokens for phones.")


@blueprint.route("/devices", methods=["POST"])
@blueprint.response(201, DeviceSchema)
@documents_problems(blueprint, 401, 429, 503)
@access()
def create_device() -> dict[str, str]:
    """A new token. It names nobody; the city keeps only its hash."""
    settings = current_runtime().settings
    slow_down("device", settings.device_limit, settings.device_limit)
    with unit_of_work(current_actor()) as work:
        token = register_device(work)
    return {"token": token}
