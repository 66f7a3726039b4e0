"""Ports: what the city needs from outside worlds, as small interfaces with adapters behind them."""

from typing import Protocol


class IdentityVerifier(Protocol):
    """Turns a sign-in token of another provider into a stable subject."""

    def subject_of(self, token: str) -> str | None:
        """The subject the token proves, or None where it proves nothing.

        Raises `Unavailable` when the provider cannot be asked.
        """
