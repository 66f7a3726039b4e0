"""Where residents find the city, for words that leave it without a request."""

from flask import current_app

from backend.core.config import Settings


def public_base(settings: Settings) -> str:
    """The address before every path; in production empty unless it is configured."""
    if settings.public_url or settings.is_production:
        return settings.public_url.rstrip("/")
    return f"http://{settings.host}:{settings.port}"


def page_path(endpoint: str, **values: object) -> str:
    """The path of a page, the same at whatever address."""
    return current_app.url_map.bind("").build(endpoint, values)
