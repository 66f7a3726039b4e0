"""How many incidents lie in each square of the map, counted, and where those lie that are open.

Squares and rounded places are computed as they were on the day of this migration; a later rule
comes with a migration of its own.
"""

from collections import Counter
from math import asinh, ceil, cos, floor, pi, radians, tan

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FINEST_ZOOM, _COARSEST_ZOOM, _LEVEL = 13, 8, 16
_METRES_PER_DEGREE = 111_320.0
_INCIDENTS = """
SELECT incident.lon, incident.lat, service.public_grid_metres,
       incident.service_code, incident.state, coalesce(incident.district_id, 0)
FROM incident JOIN service ON service.code = incident.service_code
"""


# What is open in a box: there soon is ten times more that was closed, in the same places.
_SQLITE_UP = (
    "CREATE VIRTUAL TABLE incident_position_open USING rtree(id, west, east, south, north)",
    "INSERT INTO incident_position_open"
    " SELECT id, lon, lon, lat, lat FROM incident WHERE closed_at IS NULL",
    """CREATE TRIGGER incident_position_open_insert AFTER INSERT ON incident
       WHEN new.closed_at IS NULL BEGIN
         INSERT INTO incident_position_open VALUES (new.id, new.lon, new.lon, new.lat, new.lat);
       END""",
    """CREATE TRIGGER incident_position_open_update
       AFTER UPDATE OF id, lon, lat, closed_at ON incident BEGIN
         DELETE FROM incident_position_open WHERE id = old.id;
         INSERT INTO incident_position_open
           SELECT new.id, new.lon, new.lon, new.lat, new.lat WHERE new.closed_at IS NULL;
       END""",
    """CREATE TRIGGER incident_position_open_delete AFTER DELETE ON incident BEGIN
         DELETE FROM incident_position_open WHERE id = old.id;
       END""",
)
_SQLITE_DOWN = (
    "DROP TRIGGER incident_position_open_delete",
    "DROP TRIGGER incident_position_open_update",
    "DROP TRIGGER incident_position_open_insert",
    "DROP TABLE incident_position_open",
)
_POSTGRESQL_UP = (
    "CREATE INDEX ix_incident_open_position ON incident USING gist (position)"
    " WHERE closed_at IS NULL",
)
_POSTGRESQL_DOWN = ("DROP INDEX ix_incident_open_position",)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    cell = op.create_table(
        "map_cell",
        sa.Column("zoom", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("square", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("service_code", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("district_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("incidents", sa.Integer(), nullable=False),
        sa.Column("changed_sequence", ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint(
            "zoom", "square", "service_code", "state", "district_id", name="pk_map_cell"
        ),
        sqlite_with_rowid=False,
    )
    for statement in _SQLITE_UP if is_sqlite else _POSTGRESQL_UP:
        op.execute(statement)
    _fill(cell)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE_DOWN if is_sqlite else _POSTGRESQL_DOWN:
        op.execute(statement)
    op.drop_table("map_cell")


def _fill(cell: sa.Table) -> None:
    connection = op.get_bind()
    sequence = connection.scalar(sa.text("SELECT max(sequence) FROM decision")) or 0
    counted: Counter[tuple[int, str, str, int]] = Counter()
    for lon, lat, grid, *kind in connection.execute(sa.text(_INCIDENTS)):
        counted[_square(*_shown(lon, lat, grid)), *kind] += 1
    names = [column.name for column in cell.columns]
    for zoom in range(_FINEST_ZOOM, _COARSEST_ZOOM - 1, -1):
        rows = [(zoom, *key, incidents, sequence) for key, incidents in counted.items()]
        if rows:
            connection.execute(
                sa.insert(cell), [dict(zip(names, row, strict=True)) for row in rows]
            )
        around: Counter[tuple[int, str, str, int]] = Counter()
        for (square, *kind), incidents in counted.items():
            around[square >> 2, *kind] += incidents
        counted = around


def _shown(lon: float, lat: float, grid: int | None) -> tuple[float, float]:
    """Where the public is told it is."""
    if grid is None:
        return lon, lat
    height = grid / _METRES_PER_DEGREE
    middle = (floor(lat / height) + 0.5) * height
    count = max(1, ceil(360.0 / (height / max(cos(radians(middle)), 1e-6))))
    width = 360.0 / count
    return round((floor(lon / width) + 0.5) * width, 6), round(middle, 6)


def _square(lon: float, lat: float) -> int:
    """The Morton number of the square of the world's 65,536 by 65,536 it lies in (EPSG:3857)."""
    lat = min(max(lat, -85.0511287798066), 85.0511287798066)
    right, down = (lon + 180) / 360, 0.5 - asinh(tan(radians(lat))) / (2 * pi)
    last = (1 << _LEVEL) - 1
    column, row = (min(max(int(part * (1 << _LEVEL)), 0), last) for part in (right, down))
    return sum(
        ((column >> bit & 1) << 2 * bit) | ((row >> bit & 1) << (2 * bit + 1))
        for bit in range(_LEVEL)
    )
