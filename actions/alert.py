"""Alerts of the system to the office: read by a person, and only then gone."""

from uuid import UUID

from sqlmodel import Session

from actions.record import Actor, allow, record
from models.base import NotFound
from models.database import fetch
from models.notice import Notice
from models.words import NoticeKind, NoticeState
from rules.roles import Act


def read_alert(session: Session, actor: Actor, alert_id: UUID) -> None:
    """Note who has read an alert; it leaves the desk."""
    allow(actor, Act.SEND)
    alert = fetch(session, Notice, alert_id, actor.office_id)
    if alert.kind != NoticeKind.ALERT:
        raise NotFound("没有找到这条告警。")
    alert.state = NoticeState.SENT
    record(session, actor, "阅告警", alert.id, alert.cycle_id, text=alert.text)
