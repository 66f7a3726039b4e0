"""Each database's own spatial index over the plain lon and lat columns of incidents.

PostgreSQL: a generated PostGIS point under GiST. SQLite: an R*Tree kept by triggers, because
loadable extensions are missing from many Pythons.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SQLITE_UP = (
    "CREATE VIRTUAL TABLE incident_position USING rtree(id, west, east, south, north)",
    """INSERT INTO incident_position SELECT id, lon, lon, lat, lat FROM incident""",
    """CREATE TRIGGER incident_position_insert AFTER INSERT ON incident BEGIN
         INSERT INTO incident_position VALUES (new.id, new.lon, new.lon, new.lat, new.lat);
       END""",
    """CREATE TRIGGER incident_position_update AFTER UPDATE OF id, lon, lat ON incident BEGIN
         DELETE FROM incident_position WHERE id = old.id;
         INSERT INTO incident_position VALUES (new.id, new.lon, new.lon, new.lat, new.lat);
       END""",
    """CREATE TRIGGER incident_position_delete AFTER DELETE ON incident BEGIN
         DELETE FROM incident_position WHERE id = old.id;
       END""",
)
_SQLITE_DOWN = (
    "DROP TRIGGER incident_position_delete",
    "DROP TRIGGER incident_position_update",
    "DROP TRIGGER incident_position_insert",
    "DROP TABLE incident_position",
)
_POSTGRESQL_UP = (
    "CREATE EXTENSION IF NOT EXISTS postgis",
    """ALTER TABLE incident ADD COLUMN position geometry(Point, 4326)
         GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED""",
    "CREATE INDEX ix_incident_position ON incident USING gist (position)",
)
_POSTGRESQL_DOWN = (
    "DROP INDEX ix_incident_position",
    "ALTER TABLE incident DROP COLUMN position",
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE_UP if is_sqlite else _POSTGRESQL_UP:
        op.execute(statement)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE_DOWN if is_sqlite else _POSTGRESQL_DOWN:
        op.execute(statement)
