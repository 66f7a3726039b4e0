"""Open data and privacy: what anybody may take away, and what is kept of people."""

from flask import render_template

from backend.core.access import access
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.web.face import blueprint
from backend.web.kept_pages import open_page
from backend.web.public.open_data_view import open_data_view
from backend.web.public.privacy_view import privacy_view


@blueprint.get("/data")
@access()
@open_page
def open_data() -> str:
    """Every public file."""
    runtime = current_runtime()
    view = open_data_view(current_session(), runtime.clock.now())
    return render_template("public/open_data.html", view=view, settings=runtime.settings)


@blueprint.get("/privacy")
@access()
@open_page
def privacy() -> str:
    """What is kept of people, made from what this program is told to do."""
    runtime = current_runtime()
    view = privacy_view(current_session(), runtime)
    return render_template(
        "public/privacy.html", view=view, settings=runtime.settings, now=runtime.clock.now()
    )
