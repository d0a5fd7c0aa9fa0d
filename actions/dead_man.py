"""When the sweep has stopped, somebody is told without it: the web notices, one of its processes tells, once a stop."""

import logging
from collections import Counter
from datetime import datetime
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from actions import lease
from actions.clock_watch import mind_the_clock
from actions.health import stopped_since
from actions.ping import FAIL, ping
from actions.remind import alert_office
from config import heartbeat
from config.settings import settings
from models.database import transaction
from models.office_ledger import every_office
from models.watch_ledger import mail_of_heads
from models.words import Channel
from notifications.channel import Parcel, send

LOG = logging.getLogger("duban.watch")
LONG = 30 * 24 * 3600
PATIENT = 2  # rounds in which the database took no claim before this process tells without one
_refused: Counter[str] = Counter()


def pulse() -> None:
    """One round of the web's own watch: look at the clock, leave a sign of life, tell of a sweep that has stopped.

    Never raises: the watch must outlive whatever it finds.
    """
    for step in (_clock, _alive, _stopped):
        try:
            step()
        except (OSError, SQLAlchemyError) as error:
            LOG.error("the watch could not do %s: %s", step.__name__, type(error).__name__)


def _clock() -> None:
    with transaction() as session:
        mind_the_clock(session, heartbeat.WEB)


def _alive() -> None:
    heartbeat.beat(heartbeat.WEB)


def _stopped() -> None:
    since = stopped_since()
    if since is not None:
        tell_stop(since)


def tell_stop(since: datetime) -> bool:
    """Tell the offices, and the heads by mail, that no sweep was made since then; False when it has been told."""
    said = _said(since)
    key = f"stopped/{since:%Y-%m-%dT%H:%M}"
    try:
        with transaction() as session:
            if not lease.take(session, key, uuid4().hex, LONG):
                return False
            for office_id in every_office(session):
                alert_office(session, office_id, said)
            heads = mail_of_heads(session)
    except SQLAlchemyError:
        _refused[key] += 1
        if _refused[key] != PATIENT:  # it may only be busy; and once is enough
            return False
        heads = []  # nobody's address can be read; the watcher outside is still told
    ping(FAIL)
    _mail(heads, said)
    return True


def _said(since: datetime) -> str:
    moment = f"{since:%Y-%m-%d %H:%M}"
    return f"自动巡检自{moment}起已停止，提醒和催办可能没有发出。请联系系统维护人员，并电话联系到期单位。"


def _mail(heads: list[str], said: str) -> None:
    if not settings().mail_url.get_secret_value():
        return
    for address in heads:
        body = f"{said}\n{settings().site}/\n"
        parcel = Parcel(Channel.MAIL, address, "【督办告警】自动巡检已停止", body, str(uuid4()))
        try:
            receipt = send(parcel)
        except Exception as error:  # one address must not keep the next from being told
            LOG.error("a head could not be told by mail: %s", type(error).__name__)
            continue
        if not receipt.ok:
            LOG.error("a head could not be told by mail")


def banner() -> str:
    """The sentence over every page of the office while no sweep is made; empty when all is well."""
    since = stopped_since()
    if since is None:
        return ""
    return _said(since)


