"""Kinds of problems are found by name; entries of the queue say how reports came, and of a photo.

A report without any words is found by it as well. A kind that gets another name, and a report that
gets another kind, are read anew by triggers, as everything else in that index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_OF_REQUEST = """coalesce(m.description, r.description) || ' ' ||
    CASE WHEN m.service_request_id IS NULL THEN coalesce(r.address, '') ELSE '' END"""
_REQUESTS = """
    FROM service_request r LEFT JOIN moderated_text m ON m.service_request_id = r.id
    WHERE r.incident_id = {incident}"""

_JOINED = f"(SELECT group_concat({_OF_REQUEST}, ' ') {_REQUESTS.format(incident='i.id')})"
_VIEW = f"""CREATE VIEW incident_text AS SELECT i.id AS id, {_JOINED} AS words
    FROM incident i WHERE i.closed_at IS NULL"""  # noqa: S608 - constants of this file
_VIEW_WITH_KIND = f"""CREATE VIEW incident_text AS
    SELECT i.id AS id, s.name || ' ' || coalesce({_JOINED}, '') AS words
    FROM incident i JOIN service s ON s.code = i.service_code
    WHERE i.closed_at IS NULL"""  # noqa: S608 - constants of this file
_FILL = """INSERT INTO incident_words (rowid, words)
    SELECT id, words FROM incident_text WHERE trim(words) <> ''"""
_READ_ANEW = f"""DELETE FROM incident_words WHERE rowid = new.{{id}};
    {_FILL} AND id = new.{{id}};"""  # noqa: S608 - constants of this file
_OF_KIND = "(SELECT id FROM incident WHERE service_code = new.code AND closed_at IS NULL)"
_HAS_WORDS = "new.description <> '' OR new.address IS NOT NULL"
# Whoever joins a report without a word adds none to what is read of it.
_ADDS_WORDS = f"""{_HAS_WORDS}
    OR NOT EXISTS (SELECT 1 FROM incident_words WHERE rowid = new.incident_id)"""  # noqa: S608 - constants of this file


def _on_sqlite(view: str, when: str) -> tuple[str, ...]:
    """The view of what is read, the trigger of what comes in, and all of it read anew."""
    return (
        "DROP TRIGGER incident_words_insert",
        "DROP VIEW incident_text",
        view,
        f"""CREATE TRIGGER incident_words_insert AFTER INSERT ON service_request WHEN {when} BEGIN
         {_READ_ANEW.format(id="incident_id")} END""",
        "DELETE FROM incident_words",
        _FILL,
    )


_SQLITE_UP = (
    *_on_sqlite(_VIEW_WITH_KIND, _ADDS_WORDS),
    f"""CREATE TRIGGER incident_words_kind AFTER UPDATE OF service_code ON incident
         WHEN old.service_code <> new.service_code BEGIN {_READ_ANEW.format(id="id")} END""",
    f"""CREATE TRIGGER incident_words_kind_named AFTER UPDATE OF name ON service
         WHEN old.name <> new.name BEGIN
         DELETE FROM incident_words WHERE rowid IN {_OF_KIND};
         {_FILL} AND id IN {_OF_KIND}; END""",  # noqa: S608 - constants of this file
)
_SQLITE_DOWN = (
    "DROP TRIGGER incident_words_kind_named",
    "DROP TRIGGER incident_words_kind",
    *_on_sqlite(_VIEW, _HAS_WORDS),
)

# As SQLite's tokenizer reads: small letters without their marks, apart at whatever is no letter.
_FOLDED = """translate(
    normalize(regexp_replace(normalize(lower({text}), NFD), '[\u0300-\u036f]', '', 'g'), NFC),
    '!"#$&''()*+,-./:;<=>?@[\\]^_`{{|}}~¡¿«»·–—‘’‚“”„…،؛؟' || chr(37), repeat(' ', 60))"""
# No report fills so many letters; a text search vector cannot hold more than a megabyte.
_MOST_LETTERS = 200_000
_TEXT = f"SELECT left(string_agg({_OF_REQUEST}, ' '), {_MOST_LETTERS})" + _REQUESTS.format(
    incident="incident"
)


def _reading(first: str) -> str:
    """How PostgreSQL reads one incident; what is said `first` of it is NULL once it is closed."""
    return f"""CREATE OR REPLACE FUNCTION read_incident_words(incident bigint) RETURNS void
       LANGUAGE plpgsql AS $$
       DECLARE said text;
       BEGIN
         DELETE FROM incident_words WHERE incident_id = incident;
         said := ({first});
         IF said IS NOT NULL THEN
           said := said || coalesce(({_TEXT}), '');
           IF trim(said) <> '' THEN
             INSERT INTO incident_words
               VALUES (incident, strip(to_tsvector('simple', {_FOLDED.format(text="said")})));
           END IF;
         END IF;
       END $$"""  # noqa: S608 - constants of this file


_OPEN = "WHERE i.id = incident AND i.closed_at IS NULL"
_NOTHING = f"SELECT '' FROM incident i {_OPEN}"  # noqa: S608 - constants of this file
_KIND = f"""SELECT s.name || ' ' FROM incident i JOIN service s ON s.code = i.service_code
    {_OPEN}"""  # noqa: S608 - constants of this file


def _on_postgresql(first: str, when: str, function: str) -> tuple[str, ...]:
    return (
        _reading(first),
        "DROP TRIGGER incident_words_insert ON service_request",
        f"""CREATE TRIGGER incident_words_insert AFTER INSERT ON service_request FOR EACH ROW {when}
         EXECUTE FUNCTION {function}()""",
        "SELECT count(read_incident_words(id)) FROM incident WHERE closed_at IS NULL",
    )


_POSTGRESQL_UP = (
    """CREATE FUNCTION on_new_request_words() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.description <> '' OR NEW.address IS NOT NULL OR NOT EXISTS (
           SELECT FROM incident_words WHERE incident_id = NEW.incident_id
         ) THEN
           PERFORM read_incident_words(NEW.incident_id);
         END IF;
         RETURN NULL;
       END $$""",
    *_on_postgresql(_KIND, "", "on_new_request_words"),
    """CREATE TRIGGER incident_words_kind AFTER UPDATE OF service_code ON incident FOR EACH ROW
         WHEN (OLD.service_code <> NEW.service_code) EXECUTE FUNCTION on_incident_words()""",
    """CREATE FUNCTION on_kind_named() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         PERFORM read_incident_words(i.id) FROM incident i
           WHERE i.service_code = NEW.code AND i.closed_at IS NULL;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER incident_words_kind_named AFTER UPDATE OF name ON service FOR EACH ROW
         WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION on_kind_named()""",
)
_POSTGRESQL_DOWN = (
    "DROP TRIGGER incident_words_kind_named ON service",
    "DROP FUNCTION on_kind_named",
    "DROP TRIGGER incident_words_kind ON incident",
    *_on_postgresql(_NOTHING, f"WHEN ({_HAS_WORDS})", "on_request_words"),
    "DROP FUNCTION on_new_request_words",
)


_ORDER = "ix_queue_entry_order"
_ORDERED = (
    *("is_outside", "severity_band", "opened_epoch", "target_seconds", "weight", "raised"),
    *("paused_epoch", "placed_sequence", "incident_id", "state", "team_code"),
)
# The bits of backend/triage/copied_reports.py.
_CHANNELS = (
    *("app", "web", "phone", "counter", "text", "email", "paper"),
    *("staff", "helper", "outreach", "crew", "sensor", "sweep", "other"),
)
_BITS = " ".join(f"WHEN '{name}' THEN {1 << bit}" for bit, name in enumerate(_CHANNELS))
_FILL_CHANNELS = f"""UPDATE queue_entry SET channels = coalesce(
    (SELECT sum(DISTINCT CASE r.channel {_BITS} ELSE 0 END)
     FROM service_request r WHERE r.incident_id = queue_entry.incident_id), 0)"""  # noqa: S608 - constants

_FILL_PHOTO = """UPDATE queue_entry SET has_photo = true WHERE EXISTS (
    SELECT 1 FROM service_request r JOIN photo p ON p.subject_id = r.id
    WHERE r.incident_id = queue_entry.incident_id AND p.subject_kind = 'report'
      AND p.is_claimed AND p.state IN ('held', 'public'))"""


def upgrade() -> None:
    op.add_column(
        "queue_entry", sa.Column("channels", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "queue_entry",
        sa.Column("has_photo", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.execute(_FILL_CHANNELS)
    op.execute(_FILL_PHOTO)
    op.drop_index(_ORDER, "queue_entry")
    op.create_index(_ORDER, "queue_entry", [*_ORDERED, "channels", "has_photo"])
    _run(_SQLITE_UP, _POSTGRESQL_UP)


def downgrade() -> None:
    _run(_SQLITE_DOWN, _POSTGRESQL_DOWN)
    op.drop_index(_ORDER, "queue_entry")
    op.create_index(_ORDER, "queue_entry", [*_ORDERED])
    op.drop_column("queue_entry", "has_photo")
    op.drop_column("queue_entry", "channels")


def _run(on_sqlite: tuple[str, ...], on_postgresql: tuple[str, ...]) -> None:
    connection: sa.Connection = op.get_bind()
    for statement in on_sqlite if connection.dialect.name == "sqlite" else on_postgresql:
        connection.exec_driver_sql(statement)
