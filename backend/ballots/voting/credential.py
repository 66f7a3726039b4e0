"""The credential: what a voter casts and replaces with, and what nobody else can work out.

`serial = HMAC(issue key, nonce)`. The roll keeps a hash of the nonce under another key, the box a
hash of the serial; whoever holds the database and every key of the city still lacks the nonce, so
that neither leads to the other.
"""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass

from backend.ballots.voting.codes import code_from
from backend.core.errors import Forbidden
from backend.core.keys import keyed_hash

_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Credential:
    """A right to one ballot; `district` decides which parts it may fill in."""

    serial: str
    district: str | None
    is_test: bool


@dataclass(frozen=True, slots=True)
class VoteKeys:
    """The keys of one cycle's vote, from the city's key and the cycle's own secret."""

    issue: str
    box: str

    def credential(self, nonce: str, district: str | None, *, is_test: bool) -> Credential:
        """The one credential of a nonce."""
        return Credential(keyed_hash(self.issue, "serial", nonce), district, is_test)

    def write(self, credential: Credential) -> str:
        """The credential as text that only we can make."""
        parts = [credential.serial, credential.district, credential.is_test]
        document = json.dumps([*parts, self._mac(credential)], separators=(",", ":"))
        return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")

    def read(self, text: str) -> Credential:
        """Raises `Forbidden` on what we did not make for this cycle."""
        try:
            padded = text[:_LONGEST] + "=" * (-len(text[:_LONGEST]) % 4)
            serial, district, is_test, mac = json.loads(
                base64.b64decode(padded, altchars=b"-_", validate=True)
            )
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise Forbidden("credential-not-valid") from error
        credential = Credential(serial, district, is_test)
        if not hmac.compare_digest(
            str(mac).encode(errors="replace"), self._mac(credential).encode()
        ):
            raise Forbidden("credential-not-valid")
        return credential

    def box_key(self, credential: Credential) -> str:
        """Where its ballot lies in the box."""
        return keyed_hash(self.box, "serial", credential.serial)

    def attempt_hash(self, credential: Credential, attempt: str, content: str) -> str:
        """What tells the same request again; `attempt` is random, so that nobody tries contents."""
        return keyed_hash(self.box, "attempt", f"{credential.serial}:{attempt}:{content}")

    def receipt(self, credential: Credential, sequence: int, attempt: str) -> str:
        """The same for the same request, so that an answer that was lost can be had again."""
        return code_from(
            keyed_hash(self.issue, "receipt", f"{credential.serial}:{sequence}:{attempt}")
        )

    def mark(self, box_key: str, sequence: int, receipt: str) -> str:
        """What only we can put into an envelope, though anybody can seal one."""
        return keyed_hash(self.issue, "mark", f"{box_key}:{sequence}:{receipt}")

    def _mac(self, credential: Credential) -> str:
        fields = [credential.serial, credential.district, credential.is_test]
        return keyed_hash(self.issue, "credential", json.dumps(fields))


def vote_keys(hash_key: str, slug: str, secret: str) -> VoteKeys:
    """Those of the cycle at `slug`; without its `secret` no credential leads to the box again."""
    return VoteKeys(
        issue=keyed_hash(hash_key, f"issue {slug}", secret),
        box=keyed_hash(hash_key, f"box {slug}", secret),
    )
