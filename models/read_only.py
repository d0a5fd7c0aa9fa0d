"""An engine that can only read: the database itself refuses everything else."""

from sqlalchemy import Engine, create_engine

from models.patience import options


def read_only_engine(url: str) -> Engine:
    """For looking at an office's data from another process; SQLite files are opened read-only."""
    if not url.startswith("sqlite:///"):
        moment = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        return create_engine(url, execution_options=moment, **options(url))
    path = url.removeprefix("sqlite:///")
    return create_engine(f"sqlite:///file:{path}?mode=ro&uri=true", connect_args={"timeout": 10})
