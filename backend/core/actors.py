"""Who acts: a resident, a member of staff, or the program itself."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person is to the city; every route and every move names the roles it is open to."""

    RESIDENT = "resident"
    WARD_STAFF = "ward_staff"
    ANALYST = "analyst"
    ADMIN = "admin"


STAFF = frozenset({Role.WARD_STAFF, Role.ANALYST, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor of one request: `key` is what the decision log shows, never a person's name.

    `reporter` is the salted hash that tells repeat reports of one device or person apart, and that
    new reports carry; `linked` are those of the devices that came into the same account. `account`
    and `device` are what the request's token stands for. A program that acts is a machine, whatever
    its role: some things only a person may do.
    """

    key: str
    role: Role
    display_name: str = ""
    reporter: str | None = None
    linked: frozenset[str] = frozenset()
    account: UUID | None = None
    device: UUID | None = None
    is_machine: bool = False

    @property
    def reporters(self) -> frozenset[str]:
        """The hashes under which reports are this actor's own."""
        return self.linked if self.reporter is None else self.linked | {self.reporter}

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF


ANONYMOUS = Actor("resident", Role.RESIDENT)
SYSTEM = Actor("system", Role.ADMIN, is_machine=True)
OPERATOR = Actor("operator", Role.ADMIN)
