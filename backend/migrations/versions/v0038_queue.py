"""The words of what is open, kept as each database searches; when places were given; saved views.

SQLite: an FTS5 table. PostgreSQL: text search vectors under GIN. Both are kept by triggers in the
transaction that changes a word, from whatever side that comes, and hold what the public may read: a
text that was covered is found by the words that cover it, one that was erased by none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# What may be found of an incident: the words of its requests as moderated, and their addresses,
# which are free words too and hidden with a text that was moderated.
_WORDS = """
    FROM service_request r LEFT JOIN moderated_text m ON m.service_request_id = r.id
    WHERE r.incident_id = {incident}"""
_OF_REQUEST = """coalesce(m.description, r.description) || ' ' ||
    CASE WHEN m.service_request_id IS NULL THEN coalesce(r.address, '') ELSE '' END"""


def _anew(incident: str) -> str:
    """What SQLite does when the words of an incident may be others."""
    return f"""DELETE FROM incident_words WHERE rowid = {incident};
         INSERT INTO incident_words (rowid, words)
           SELECT id, words FROM incident_text WHERE id = {incident} AND trim(words) <> '';"""  # noqa: S608 - names of columns


_OF_MODERATED = "(SELECT incident_id FROM service_request WHERE id = {row}.service_request_id)"
_SQLITE_UP = (
    f"""CREATE VIEW incident_text AS SELECT i.id AS id, (SELECT group_concat({_OF_REQUEST}, ' ')
         {_WORDS.format(incident="i.id")}) AS words
         FROM incident i WHERE i.closed_at IS NULL""",  # noqa: S608 - constants of this file
    """CREATE VIRTUAL TABLE incident_words
         USING fts5(words, tokenize = 'unicode61 remove_diacritics 2')""",
    """INSERT INTO incident_words (rowid, words)
         SELECT id, words FROM incident_text WHERE trim(words) <> ''""",
    f"""CREATE TRIGGER incident_words_insert AFTER INSERT ON service_request
         WHEN new.description <> '' OR new.address IS NOT NULL BEGIN
         {_anew("new.incident_id")} END""",
    f"""CREATE TRIGGER incident_words_update
         AFTER UPDATE OF description, address, incident_id ON service_request BEGIN
         {_anew("old.incident_id")} {_anew("new.incident_id")} END""",
    f"""CREATE TRIGGER incident_words_delete AFTER DELETE ON service_request BEGIN
         {_anew("old.incident_id")} END""",
    f"""CREATE TRIGGER incident_words_cover AFTER INSERT ON moderated_text BEGIN
         {_anew(_OF_MODERATED.format(row="new"))} END""",
    f"""CREATE TRIGGER incident_words_cover_anew AFTER UPDATE ON moderated_text BEGIN
         {_anew(_OF_MODERATED.format(row="new"))} END""",
    f"""CREATE TRIGGER incident_words_uncover AFTER DELETE ON moderated_text BEGIN
         {_anew(_OF_MODERATED.format(row="old"))} END""",
    f"""CREATE TRIGGER incident_words_close AFTER UPDATE OF closed_at ON incident
         WHEN (old.closed_at IS NULL) <> (new.closed_at IS NULL) BEGIN
         {_anew("new.id")} END""",
    """CREATE TRIGGER incident_words_forget AFTER DELETE ON incident BEGIN
         DELETE FROM incident_words WHERE rowid = old.id; END""",
)
_SQLITE_DOWN = (
    *(
        f"DROP TRIGGER incident_words_{name}"
        for name in (
            *("insert", "update", "delete"),
            *("cover", "cover_anew", "uncover"),
            *("close", "forget"),
        )
    ),
    "DROP TABLE incident_words",
    "DROP VIEW incident_text",
)

# As SQLite's tokenizer reads: small letters without their marks, apart at whatever is no letter.
# Every server knows the classes of ASCII only, so the rest is named.
_FOLDED = """translate(
    normalize(regexp_replace(normalize(lower({text}), NFD), '[\u0300-\u036f]', '', 'g'), NFC),
    '!"#$&''()*+,-./:;<=>?@[\\]^_`{{|}}~¡¿«»·–—‘’‚“”„…،؛؟' || chr(37), repeat(' ', 60))"""
# No report fills so many letters; a text search vector cannot hold more than a megabyte.
_MOST_LETTERS = 200_000
_TEXT = f"SELECT left(string_agg({_OF_REQUEST}, ' '), {_MOST_LETTERS})" + _WORDS
_POSTGRESQL_UP = (
    """CREATE TABLE incident_words (
         incident_id bigint NOT NULL CONSTRAINT pk_incident_words PRIMARY KEY
           CONSTRAINT fk_incident_words_incident_id REFERENCES incident (id) ON DELETE CASCADE,
         words tsvector NOT NULL)""",
    "CREATE INDEX ix_incident_words_words ON incident_words USING gin (words)",
    f"""CREATE FUNCTION read_incident_words(incident bigint) RETURNS void LANGUAGE plpgsql AS $$
       DECLARE said text;
       BEGIN
         DELETE FROM incident_words WHERE incident_id = incident;
         IF EXISTS (SELECT FROM incident i WHERE i.id = incident AND i.closed_at IS NULL) THEN
           said := ({_TEXT.format(incident="incident")});
           IF trim(said) <> '' THEN
             INSERT INTO incident_words
               VALUES (incident, strip(to_tsvector('simple', {_FOLDED.format(text="said")})));
           END IF;
         END IF;
       END $$""",  # noqa: S608 - constants of this file
    """CREATE FUNCTION on_request_words() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP <> 'INSERT' THEN
           PERFORM read_incident_words(OLD.incident_id);
         END IF;
         IF TG_OP <> 'DELETE' THEN
           PERFORM read_incident_words(NEW.incident_id);
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE FUNCTION on_moderated_words() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         PERFORM read_incident_words(r.incident_id) FROM service_request r
           WHERE r.id = coalesce(NEW.service_request_id, OLD.service_request_id);
         RETURN NULL;
       END $$""",
    """CREATE FUNCTION on_incident_words() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         PERFORM read_incident_words(NEW.id);
         RETURN NULL;
       END $$""",
    "SELECT count(read_incident_words(id)) FROM incident WHERE closed_at IS NULL",
    """CREATE TRIGGER incident_words_insert AFTER INSERT ON service_request FOR EACH ROW
         WHEN (NEW.description <> '' OR NEW.address IS NOT NULL)
         EXECUTE FUNCTION on_request_words()""",
    """CREATE TRIGGER incident_words_update
         AFTER UPDATE OF description, address, incident_id OR DELETE ON service_request
         FOR EACH ROW EXECUTE FUNCTION on_request_words()""",
    """CREATE TRIGGER incident_words_cover AFTER INSERT OR UPDATE OR DELETE ON moderated_text
         FOR EACH ROW EXECUTE FUNCTION on_moderated_words()""",
    """CREATE TRIGGER incident_words_close AFTER UPDATE OF closed_at ON incident FOR EACH ROW
         WHEN ((OLD.closed_at IS NULL) <> (NEW.closed_at IS NULL))
         EXECUTE FUNCTION on_incident_words()""",
)
_POSTGRESQL_DOWN = (
    "DROP TRIGGER incident_words_close ON incident",
    "DROP TRIGGER incident_words_cover ON moderated_text",
    "DROP TRIGGER incident_words_update ON service_request",
    "DROP TRIGGER incident_words_insert ON service_request",
    *(
        f"DROP FUNCTION {name}"
        for name in ("on_incident_words", "on_moderated_words", "on_request_words")
    ),
    "DROP FUNCTION read_incident_words",
    "DROP TABLE incident_words",
)


def upgrade() -> None:
    op.add_column(
        "queue_entry",
        sa.Column("placed_sequence", ROW_ID, nullable=False, server_default="0"),
    )
    op.create_index(
        "ix_queue_entry_is_outside_placed_sequence",
        "queue_entry",
        ["is_outside", "placed_sequence"],
    )
    op.create_table(
        "saved_view",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=4000), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("owner", "name", name="uq_saved_view_owner_name"),
    )
    op.create_index(
        "ix_saved_view_shared",
        "saved_view",
        ["name"],
        unique=True,
        sqlite_where=sa.text("is_shared"),
        postgresql_where=sa.text("is_shared"),
    )
    _run(_SQLITE_UP, _POSTGRESQL_UP)


def downgrade() -> None:
    _run(_SQLITE_DOWN, _POSTGRESQL_DOWN)
    op.drop_table("saved_view")
    op.drop_index("ix_queue_entry_is_outside_placed_sequence", "queue_entry")
    op.drop_column("queue_entry", "placed_sequence")


def _run(on_sqlite: tuple[str, ...], on_postgresql: tuple[str, ...]) -> None:
    connection = op.get_bind()
    for statement in on_sqlite if connection.dialect.name == "sqlite" else on_postgresql:
        connection.exec_driver_sql(statement)
