"""Who may sign in to the made-up city: roles, not persons."""

from dataclasses import dataclass

from backend.core.actors import Role

PASSWORD = "larkenford-demo"  # noqa: S105 - printed at every start, for a city of nobody


@dataclass(frozen=True, slots=True)
class Post:
    """One account, and what it is for."""

    username: str
    display_name: str
    role: Role
    purpose: str


POSTS = (
    Post(
        "ward",
        "Ward office",
        Role.WARD_STAFF,
        "works the queue, checks proposals, follows what is built",
    ),
    Post("analyst", "Equity analyst", Role.ANALYST, "reads the audit and decides on weights"),
    Post("admin", "Administrator", Role.ADMIN, "does all of it and moves dates"),
)
