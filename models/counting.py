"""What the queries that count have in common: how many rows are such, and when a row is late."""

from datetime import date
from typing import Any

from sqlalchemy import Integer, and_, case, cast, func
from sqlmodel import col

from models.cycle import Assignment
from models.ledger import LIVE


def count_if(condition: Any) -> Any:
    """The column that counts the rows for which this holds; 0 where there are none."""
    return cast(func.coalesce(func.sum(case((condition, 1), else_=0)), 0), Integer)


def is_late(today: date) -> Any:
    """Past its limit, still with whoever owes it, its clock running."""
    a = Assignment
    return and_(col(a.state).in_(LIVE), col(a.due_on) < today, col(a.paused_on).is_(None))
