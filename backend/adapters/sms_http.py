"""Text messages through any provider that takes an HTTP POST with a JSON body."""

import json
from typing import Any

import requests

from backend.core.errors import Unavailable
from backend.core.ports import Message

_TIMEOUT_SECONDS = 10


class HttpSms:
    """Posts `body` with its `{to}` and `{text}` filled in; any 2xx means it was taken."""

    def __init__(self, url: str, token: str, body: str) -> None:
        self._url = url
        self._token = token
        self._body: dict[str, Any] = json.loads(body)

    def send(self, message: Message) -> None:
        """Hand over one text message."""
        try:
            answer = requests.post(
                self._url,
                json=_filled(self._body, message),
                auth=self._prove,
                timeout=_TIMEOUT_SECONDS,
                # A message and a token go to the address the city named, and to no other.
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Unavailable("message-not-sent") from error
        if not 200 <= answer.status_code < 300:
            raise Unavailable("message-not-sent")

    def _prove(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        # As `auth` rather than a header: a header gives way to what ~/.netrc says.
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _filled(part: Any, message: Message) -> Any:
    """`part` of the body with its marks filled in, once: what is filled in is never read again."""
    if isinstance(part, dict):
        return {name: _filled(value, message) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, message) for value in part]
    if isinstance(part, str):
        # The number first: it is digits, and cannot bring a mark of its own.
        return part.replace("{to}", message.to).replace("{text}", message.text)
    return part
