"""Days of the office's calendar inside a query, on SQLite and PostgreSQL."""

from datetime import date
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class LocalDay(FunctionElement[date]):
    """The office's calendar day of a moment; China keeps one zone and no summer time."""

    type = Date()
    inherit_cache = True


@compiles(LocalDay, "sqlite")
def _local_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '+8 hours')"


@compiles(LocalDay)
def _local_other(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(timezone('Asia/Shanghai', {compiler.process(element.clauses, **more)}) AS DATE)"


class Monday(FunctionElement[date]):
    """The Monday of a day's week."""

    type = Date()
    inherit_cache = True


@compiles(Monday, "sqlite")
def _monday_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '-6 days', 'weekday 1')"


@compiles(Monday)
def _monday_other(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(date_trunc('week', {compiler.process(element.clauses, **more)}) AS DATE)"
