"""The page of a form, for whoever asks for the address that the form is sent to.

A browser keeps that address where the form came back refused, and asks for it when it is opened
anew or reloaded.
"""

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

from backend.web.refused_form import RETURNS


def page_of_form_at(path: str, query: str = "") -> str | None:
    """The address of the page whose form is sent to `path`, with the list or way `query` says.

    None where no form is, or nobody knows its page.
    """
    adapter, views = current_app.create_url_adapter(request), current_app.view_functions
    if adapter is None:
        return None
    try:
        endpoint, values = adapter.match(path, "POST")
    except HTTPException:
        return None
    page = getattr(views[endpoint], RETURNS, None)
    at = page if isinstance(page, str) else next((one for one in views if views[one] is page), None)
    if at is None:
        return None
    taken = next(current_app.url_map.iter_rules(at)).arguments
    address = url_for(at, **{name: values[name] for name in taken})
    return f"{address}?{query}" if query else address
