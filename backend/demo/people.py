"""Who acts in the made-up city: its staff, and residents known by a hash alone."""

from dataclasses import dataclass

from backend.core.actors import Actor, Role
from backend.core.keys import keyed_hash


@dataclass(frozen=True, slots=True)
class People:
    """`ward` and `admin` are the two accounts that review; `key` is the city's hash key."""

    key: str
    ward: Actor
    admin: Actor

    def resident(self, number: int) -> Actor:
        """The resident with this number, always the same; some of them report as well."""
        return Actor("resident", Role.RESIDENT, reporter=self.hash_of(number))

    def hash_of(self, number: int) -> str:
        return keyed_hash(self.key, "reporter", f"made-up:{number}")
