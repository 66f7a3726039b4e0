"""Notices by mail: plain words, the link, and a way out of one click (RFC 2369, RFC 8058)."""

from collections.abc import Iterator, Sequence
from time import perf_counter
from uuid import UUID

from backend.core.errors import Unavailable
from backend.core.i18n import marked
from backend.core.keys import keyed_hash
from backend.core.ports import Message, Push, Pushed
from backend.core.runtime import Runtime
from backend.core.speak import speaker
from backend.delivery.notices.public_base import page_path, public_base

_MOST_SECONDS = 20.0
_WHY = marked(
    "You get this because you asked this city to tell you by mail. To get no more of these mails:"
)


class MailNotices:
    """Writes a mail of a notice and hands it to the city's mail server."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def send(self, pushes: Sequence[Push]) -> Iterator[Pushed]:
        """Hand over until the server takes no more, or takes too long: push waits meanwhile."""
        began = perf_counter()
        for push in pushes:
            if perf_counter() - began > _MOST_SECONDS:
                return
            try:
                self._runtime.messages["email"].send(self._written(push))
            except Unavailable as error:
                yield Pushed(error.slug, may_again=True)
                return
            yield Pushed("sent", is_delivered=True)

    def _written(self, push: Push) -> Message:
        settings, say = self._runtime.settings, speaker(push.data["lang"])
        base = public_base(settings)
        token = unsubscribe_token(settings.hash_key, UUID(push.data["registration"]))
        way_out = base + page_path("web.stop_mails", token=token)
        paragraphs = [push.body, base + push.data["url"], f"-- \n{say(_WHY)}\n{way_out}"]
        headers = {
            "List-Unsubscribe": f"<{way_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        text = "\n\n".join(paragraphs) + "\n"
        return Message(push.address["address"], push.title, text, headers)


def unsubscribe_token(hash_key: str, registration: UUID) -> str:
    """What lets whoever has the mail end the address, and do nothing else."""
    return f"{registration.hex}{keyed_hash(hash_key, 'unsubscribe', registration.hex)[:32]}"
