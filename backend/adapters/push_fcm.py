"""FCM through firebase-admin, for cities that use Firebase and for apps beside the web's.

firebase-admin opens a thread for each message, and waits for two minutes unless told otherwise: so
it belongs in a job, in small batches, with a limit of its own.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from threading import Lock

import firebase_admin
import structlog
from firebase_admin import credentials, exceptions, messaging

from backend.adapters.retry_after import wait_of
from backend.core.clock import Clock
from backend.core.config import ConfigError, environment_name
from backend.core.ports import Push, Pushed

MOST_AT_ONCE = 50
_TIMEOUT_SECONDS = 10
# Firebase apps have names, which an address in memory is not: it may be used again.
_NUMBERS = count()
_log = structlog.get_logger()


class FcmPush:
    """Pushes through one Firebase project; its app is made when something is first sent.

    Raises `ConfigError` on a file that is no service account's: nobody would be told otherwise.
    """

    def __init__(self, project: str, credentials_file: Path, clock: Clock) -> None:
        self._project = project
        self._clock = clock
        self._proof = _service_account(credentials_file)
        self._app: firebase_admin.App | None = None
        self._starting = Lock()

    def send(self, pushes: Sequence[Push]) -> Iterator[Pushed]:
        """Push in batches."""
        for start in range(0, len(pushes), MOST_AT_ONCE):
            batch = pushes[start : start + MOST_AT_ONCE]
            try:
                answers = messaging.send_each(list(map(_message, batch)), app=self._firebase_app())
            except (exceptions.FirebaseError, OSError, ValueError) as error:
                # Nobody was asked: the sign-in or the way there failed.
                _log.warning("fcm cannot be asked", error=type(error).__name__)
                for _ in batch:
                    yield Pushed(type(error).__name__, may_again=True)
                return
            now = self._clock.now()
            yield from (_judged(answer.exception, now) for answer in answers.responses)

    def _firebase_app(self) -> firebase_admin.App:
        with self._starting:
            if self._app is None:
                options = {"projectId": self._project, "httpTimeout": _TIMEOUT_SECONDS}
                # Several cities in one process each have their own Firebase app.
                name = f"evenward-push-{next(_NUMBERS)}"
                self._app = firebase_admin.initialize_app(self._proof, options, name=name)
                _ask_once(self._app)
        return self._app


def _service_account(path: Path) -> credentials.Certificate:
    try:
        return credentials.Certificate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        # What the file says stays out of it: there may be a key in it.
        why = f" ({error.strerror})" if isinstance(error, OSError) else ""
        raise ConfigError(
            f"{environment_name('firebase_credentials')} names {path}, which is no service "
            f"account's JSON file{why}. Fetch one from Firebase's console (Project settings, "
            "Service accounts), or unset it: signing in needs none, only pushing through FCM does."
        ) from error


def _ask_once(app: firebase_admin.App) -> None:
    """Leave trying again to the job.

    firebase-admin itself would sleep as long as Retry-After says, hours even, and that four times;
    it has no setting for it.
    """
    session = messaging._get_messaging_service(app)._client.session
    adapter = session.get_adapter(messaging._MessagingService.FCM_URL)
    adapter.max_retries = adapter.max_retries.new(total=0)


def _message(push: Push) -> messaging.Message:
    seconds = int(push.kept.total_seconds())
    message = messaging.Message(
        data={"tag": push.tag, **push.data},
        notification=messaging.Notification(push.title, push.body),
        android=messaging.AndroidConfig(
            collapse_key=push.tag,
            priority="high" if push.is_important else "normal",
            ttl=push.kept,
            notification=messaging.AndroidNotification(tag=push.tag),
        ),
        apns=messaging.APNSConfig(headers={"apns-collapse-id": push.tag}),
        webpush=messaging.WebpushConfig(
            headers={
                "TTL": str(seconds),
                "Topic": push.tag,
                "Urgency": "normal" if push.is_important else "low",
            },
            notification=messaging.WebpushNotification(tag=push.tag),
        ),
    )
    if push.kind == "fcm_fid":
        message.fid = push.address["token"]
    else:
        # Not in the constructor, which warns of it: Google supports both for now.
        message.token = push.address["token"]
    return message


def _judged(error: exceptions.FirebaseError | None, now: datetime) -> Pushed:
    """What Google's answer means for the address and for the notice."""
    if error is None:
        return Pushed("sent", is_delivered=True)
    if isinstance(error, messaging.UnregisteredError):
        return Pushed("unregistered", is_gone=True)
    if isinstance(error, messaging.SenderIdMismatchError):
        # The city's project was changed, or an app is built for another.
        _log.error("fcm registration is of another project")
        return Pushed("sender-id-mismatch", is_gone=True)
    status = str(error.code).lower().replace("_", "-")[:40]
    answer = error.http_response
    wait = wait_of(answer.headers.get("Retry-After"), now) if answer is not None else None
    # What is wrong with a message is wrong with it for good; the rest is about now.
    may_again = not isinstance(error, exceptions.InvalidArgumentError)
    return Pushed(status, may_again=may_again, wait=wait)
