"""What /metrics says: sums over everything, never a label that names an office, a unit or a person."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from actions.health import Check, last_sweep
from config import clock, heartbeat
from config.policy import Policy
from config.settings import settings
from models.database import reading
from models.ledger import open_cycles
from models.office_ledger import every_office
from models.watch_ledger import day_figures, messages_by_state, oldest_waiting, waiting_count
from web.counted import HERE

TYPE = "text/plain; version=0.0.4; charset=utf-8"


def text(found: Sequence[Check]) -> bytes:
    """Prometheus' plain format, made anew for each reading."""
    registry = CollectorRegistry()
    well = Gauge("duban_check_ok", "1 when a check of /healthz is well", ["check"], registry=registry)
    for check in found:
        well.labels(check.name).set(check.ok)
    _signs(registry)
    _place(registry)
    with suppress(SQLAlchemyError):  # the check named database is 0 already
        _sums(registry)
    return generate_latest(registry) + generate_latest(HERE)


def _place(registry: CollectorRegistry) -> None:
    """The machine: room on the disk, age of the last backup, which program answers."""
    free = Gauge("duban_disk_free_bytes", "Room left where the data lies", registry=registry)
    free.set(shutil.disk_usage(settings().home).free)
    beat = heartbeat.read(heartbeat.BACKUP)
    if beat and beat.done:
        age = Gauge("duban_last_backup_age_seconds", "Since the last backup was made and read back", registry=registry)
        age.set((clock.wall() - beat.done).total_seconds())
    build = Gauge("duban_build_info", "1, with the program's version", ["version"], registry=registry)
    build.labels(version("duban")).set(1)


def _signs(registry: CollectorRegistry) -> None:
    """Signs of life: how old the last sweep and the last sending are, how many there were."""
    now, last = clock.wall(), last_sweep()
    beats = Gauge("duban_heartbeat_sequence", "Signs of life written so far", ["writer"], registry=registry)
    for name in (heartbeat.SWEEP, heartbeat.WEB):
        beat = heartbeat.read(name)
        beats.labels(name).set(beat.sequence if beat else 0)
        if beat and beat.sent:
            sent = Gauge("duban_last_send_age_seconds", "Since a sweep last sent something", registry=registry)
            sent.set((now - beat.sent).total_seconds())
    if last:
        age = Gauge("duban_last_sweep_age_seconds", "Since the last sweep ended", registry=registry)
        age.set((now - last).total_seconds())


def _sums(registry: CollectorRegistry) -> None:
    now = clock.now()
    day = clock.date_of(now)
    with reading() as session:
        offices, cycles = len(every_office(session)), len(open_cycles(session))
        states, figures = messages_by_state(session, day), day_figures(session, day)
        waiting, oldest = waiting_count(session), oldest_waiting(session, day, Policy().unit_messages_a_day)
    messages = Gauge("duban_messages_today", "Messages of today by state", ["state"], registry=registry)
    account = Gauge("duban_account_today", "The day's account: owed, sent, failed, waiting, missing", ["what"],
                    registry=registry)
    for gauge, found in ((messages, states), (account, figures)):
        for name, count in found.items():
            gauge.labels(name).set(count)
    Gauge("duban_offices", "Offices in this installation", registry=registry).set(offices)
    Gauge("duban_cycles_open", "Running cycles", registry=registry).set(cycles)
    Gauge("duban_notices_waiting", "Notices planned and not sent", registry=registry).set(waiting)
    since = (now - oldest).total_seconds() if oldest else 0
    Gauge("duban_oldest_waiting_seconds", "Since the oldest of them was planned", registry=registry).set(since)
