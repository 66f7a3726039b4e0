"""What every route of this face shares: open to anybody, without a name, in turns."""

from flask import Blueprint

from backend.core.access import guard
from backend.core.actors import ANONYMOUS

# The name says that programs read it: what goes wrong is told as JSON.
blueprint = Blueprint("api_exports", __name__)
guard(blueprint, lambda: ANONYMOUS)
