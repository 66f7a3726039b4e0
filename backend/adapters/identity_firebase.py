"""Firebase ID tokens (firebase-admin), for cities that use Firebase sign-in."""

from itertools import count
from threading import Lock

import firebase_admin
from firebase_admin import auth, credentials
from google.auth.credentials import AnonymousCredentials

from backend.core.errors import Unavailable

_TIMEOUT_SECONDS = 10
# Firebase apps have names, which an address in memory is not: it may be used again.
_NUMBERS = count()


class _NoCredential(credentials.Base):  # type: ignore[misc]
    """Verifying a token needs public certificates only; without this, firebase-admin asks the
    machine for Google credentials and fails where there are none."""

    def get_credential(self) -> AnonymousCredentials:
        return AnonymousCredentials()  # type: ignore[no-untyped-call]


class FirebaseIdentity:
    """Verifies ID tokens of one Firebase project.

    The Firebase app is made at the first token, so that a city starts without the network.
    """

    def __init__(self, project: str) -> None:
        self._project = project
        self._app: firebase_admin.App | None = None
        self._starting = Lock()

    def subject_of(self, token: str) -> str | None:
        """The Firebase user id of a valid token of this project."""
        try:
            claims = auth.verify_id_token(token, app=self._firebase_app())
        except auth.CertificateFetchError as error:
            raise Unavailable("identity-provider-unreachable") from error
        except (auth.InvalidIdTokenError, auth.UserDisabledError, ValueError):
            return None
        return str(claims["uid"])

    def _firebase_app(self) -> firebase_admin.App:
        with self._starting:
            if self._app is None:
                options = {"projectId": self._project, "httpTimeout": _TIMEOUT_SECONDS}
                # Several cities in one process each have their own Firebase app.
                name = f"evenward-{next(_NUMBERS)}"
                self._app = firebase_admin.initialize_app(_NoCredential(), options, name=name)
        return self._app
