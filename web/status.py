"""Which HTTP status a refusal of the domain becomes."""

from actions.open_link import LinkExpired
from models.base import Busy, Conflict, NotAllowed, NotFound, Refused, Rejected

# a subclass stands before its parent
STATUS: dict[type[Refused], int] = {
    LinkExpired: 410, NotAllowed: 403, NotFound: 404, Rejected: 422, Conflict: 409, Busy: 503,
}


def status_of(error: Exception) -> int:
    """The status of a refusal; 422 for one that has no line of its own."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
