"""Firebase ID tokens (firebase-admin), for cities that use Firebase sign-in."""

from pathlib import Path

import firebase_admin
from firebase_admin import auth, credentials

from backend.core.errors import Unavailable

_TIMEOUT_SECONDS = 10


class FirebaseIdentity:
    """Verifies ID tokens of one Firebase project.

    The Firebase app is made at the first token, so that a city starts without the network.
    """

    def __init__(self, project: str, credentials_file: Path | None) -> None:
        self._project = project
        self._credentials_file = credentials_file
        self._app: firebase_admin.App | None = None

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
        if self._app is None:
            proof = (
                credentials.Certificate(self._credentials_file) if self._credentials_file else None
            )
            options = {"projectId": self._project, "httpTimeout": _TIMEOUT_SECONDS}
            # Several cities in one process each have their own Firebase app.
            self._app = firebase_admin.initialize_app(proof, options, name=f"evenward-{id(self)}")
        return self._app
