"""Signing what is sent, as Standard Webhooks has it: HMAC-SHA256 over id, moment and body.

https://github.com/standard-webhooks/standard-webhooks, specification 1.0: the secret is written
`whsec_` and base64, and the signature `v1,` and base64.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

_PREFIX = "whsec_"


def secret_from(token: str) -> str:
    """An unguessable token as a secret receivers can paste."""
    return _PREFIX + base64.b64encode(token.encode()).decode()


def signed_headers(secret: str, message_id: UUID, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers that prove who sent `body`, when, and that it is whole."""
    name, moment = f"msg_{message_id.hex}", str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    digest = hmac.digest(key, b".".join((name.encode(), moment.encode(), body)), hashlib.sha256)
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
