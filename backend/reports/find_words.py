"""Which open incidents hold some words: by each database's own index, kept by its triggers.

It is the index of v0044: what the public may read of the reports of an incident, and the name of
its service, while it is open.
"""

import unicodedata

import sqlalchemy as sa
from sqlalchemy.orm import Session

MOST_WORDS = 8
_ACCENTS = dict.fromkeys(range(0x300, 0x370))


def words_in(text: str) -> tuple[str, ...]:
    """The words to look for, as the index writes them; those beyond `MOST_WORDS` are left out."""
    bare = unicodedata.normalize("NFD", text.lower()).translate(_ACCENTS)
    folded = unicodedata.normalize("NFC", bare)
    parted = "".join(letter if letter.isalnum() else " " for letter in folded)
    return tuple(dict.fromkeys(parted.split()))[:MOST_WORDS]


def words_to_match(session: Session, words: tuple[str, ...]) -> str:
    """The parameter `words` of `ids_with_words`: each of them begins some word."""
    if session.get_bind().dialect.name == "sqlite":
        return " ".join(f'"{word}"*' for word in words)
    return " & ".join(f"'{word}':*" for word in words)


def ids_with_words(dialect: str) -> sa.TextualSelect:
    """Ids of the open incidents under which all of the parameter `words` were said."""
    return sa.text(_FOUND[dialect]).columns(id=sa.BigInteger)


def is_rare(session: Session, match: str) -> bool:
    """Whether so few hold what is to match that PostgreSQL had better look up each of them.

    It cannot guess that. SQLite writes down what it found, and looks into that, at little cost.
    """
    if session.get_bind().dialect.name == "sqlite":
        return False
    return session.execute(_MORE_THAN_FEW, {"words": match}).first() is None


def drop_erased_words(session: Session) -> None:
    """Let SQLite write its index anew: until then it holds, out of use, what was taken out of it.

    PostgreSQL lets go of it when it vacuums, as of the rows themselves.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(_OPTIMIZE)


_FOUND = {
    "sqlite": "SELECT rowid FROM incident_words WHERE incident_words MATCH :words",
    "postgresql": "SELECT incident_id FROM incident_words WHERE words @@ CAST(:words AS tsquery)",
}
_MORE_THAN_FEW = sa.text(f"{_FOUND['postgresql']} LIMIT 1 OFFSET 300")
_OPTIMIZE = sa.text("INSERT INTO incident_words (incident_words) VALUES ('optimize')")
