"""Alembic's entry point: runs on the connection that `backend.core.schema` hands over."""

from alembic import context

from backend.core.schema import is_ours

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    include_object=is_ours,
    transaction_per_migration=False,
)
context.run_migrations()
