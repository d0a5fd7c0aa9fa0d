"""Reports upward and circulars: figures gathered, the parts a person must write kept, one paper drafted of both."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from actions.paper import draft_paper, newest
from actions.record import Actor, Fact, allow, record, record_many
from actions.report_content import About, content_of
from actions.tell_once import Telling, tell_once
from models import report_ledger as ledger
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Cycle
from models.ledger import contacts_by_owner
from models.paper import Paper
from models.paper_words import PaperKind, PaperState
from models.unit import Contact, Unit
from papers.forms import form_for
from rules.roles import Act
from rules.standing_words import listed

K = PaperKind
ADVICE = {K.RESULTS: "工作要求"}  # what only a person can write, by the word of its part
WRITTEN = ("to", "advice", "matters")
LONGEST = 20_000


def part_word(kind: PaperKind) -> str:
    """The part that is left for a person to write."""
    return ADVICE.get(kind, "下一步建议")


def drafted(session: Session, cycle: Cycle, about: About) -> Paper | None:
    """The newest version of this report, signed or not."""
    return newest(session, cycle.office_id, about.kind, about.subject(cycle))


def seen_of(paper: Paper | None) -> str:
    """What a page showed of a report, to tell a stale page by."""
    return f"{paper.version}.{paper.row_version}" if paper else ""


def written_of(paper: Paper | None) -> dict[str, Any]:
    """What persons wrote and ticked in the newest version."""
    return dict(paper.content.get("written", {})) if paper else {}


def draft_report(
    session: Session, actor: Actor, cycle: Cycle, about: About, typed: Mapping[str, Any], seen: str
) -> Paper:
    """Today's figures and what was written as a draft; a second click finds the first, a stale page overwrites
    nothing. `typed` holds to, advice, matters, and for a circular the ticked units as `best` and `worst`."""
    allow(actor, Act.PAPER)
    session.exec(select(Cycle).where(Cycle.id == cycle.id).with_for_update()).one()  # one at a time
    written, last = _written(typed), drafted(session, cycle, about)
    if seen != seen_of(last):
        if last and written_of(last) == written:
            return last
        raise Conflict("这份材料刚刚已被他人修改或签发，您写的内容仍在下面，请核对后再保存。")
    content = content_of(session, cycle, about)
    content |= {"written": written, "advice": listed(written["advice"]), "matters": listed(written["matters"])}
    content["to"] = written["to"] or content["to"]
    if about.kind == K.RESULTS:
        content |= _confirmed(content, written)
    title = form_for(about.kind).title.format_map(content)
    unit = UUID(about.what) if about.by == "unit" else None
    return draft_paper(
        session, actor, about.kind, about.subject(cycle), content, title=title, cycle_id=cycle.id, unit_id=unit
    )


def _written(typed: Mapping[str, Any]) -> dict[str, Any]:
    words = {key: str(typed.get(key, "")).replace("\r\n", "\n").strip() for key in WRITTEN}
    if any(len(text) > LONGEST for text in words.values()):
        raise Rejected(f"每栏请控制在{LONGEST}字以内。")
    if len(words["to"]) > 100:
        raise Rejected("主送机关请控制在100字以内。")
    return words | {key: sorted(typed.get(key, ())) for key in ("best", "worst")}


def _confirmed(content: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    """Only whom a person ticked is named, with the figures of today; a tick the figures no longer bear out is told."""
    found: dict[str, Any] = {}
    for key in ("best", "worst"):
        rows = {row["unit"]: row for row in content[f"{key}_proposed"]}
        gone = [unit for unit in written[key] if unit not in rows]
        if gone:
            raise Rejected("勾选的单位中有的已不在建议名单内（数据已变化），请刷新后重新勾选。")
        found[f"{key}_rows"] = [row for unit, row in rows.items() if unit in written[key]]
    return found


def advice_missing(paper: Paper) -> bool:
    """Whether the part that a person must write is still empty: then it cannot be signed."""
    return not paper.content.get("advice")


def text_of(paper: Paper) -> str:
    """What a unit is told of a circular."""
    number = f"（{paper.number}）" if paper.number else ""
    return f"《{paper.title}》{number}已印发，请在本页面阅看。"


def receivers(session: Session, paper: Paper) -> list[tuple[Unit, list[Contact], bool]]:
    """Every unit of the circular's cycle, whom it reaches there, and whether it was sent the paper before."""
    people, told = contacts_by_owner(session, paper.office_id), ledger.sent_to(session, paper)
    return [(unit, people.get(unit.id, []), unit.id in told) for unit in ledger.units_told(session, paper)]


def check_circular(paper: Paper) -> None:
    if paper.kind != K.RESULTS:
        raise NotAllowed("只有督察情况通报可以发送各单位。")
    if paper.state != PaperState.ISSUED:
        raise NotAllowed(f"此件{paper.state.label}，签发后才能发送。")


def send_results(session: Session, actor: Actor, paper: Paper) -> int:
    """Send a signed circular to every unit that has not got it yet; returns how many. A second click sends nothing; a
    unit without a contact is left to the telephone and gets it with a later click."""
    allow(actor, Act.SEND)
    check_circular(paper)
    session.exec(select(Paper).where(Paper.id == paper.id).with_for_update()).one()
    left = [(unit, people) for unit, people, told in receivers(session, paper) if people and not told]
    for unit, people in left:
        tell_once(session, [
            Telling(f"results:{paper.id}:{one.id}", one, text_of(paper), "通报", paper.cycle_id, unit.id)
            for one in people
        ])
    facts = [
        Fact(ledger.SENT_OUT, paper.id, paper.cycle_id, unit.id, {"title": paper.title, "number": paper.number})
        for unit, _ in left
    ]
    record_many(session, actor, facts)
    return len(left)


def note_minutes(session: Session, actor: Actor, paper: Paper, day: str, text: str) -> None:
    """Attach the minutes of the meeting at which the results were told; the same note twice is one."""
    allow(actor, Act.PAPER)
    if paper.kind != K.RESULTS or paper.state not in (PaperState.ISSUED, PaperState.REPLACED):
        raise NotAllowed("推进会纪要附在已签发的督察情况通报之后。")
    if not text.strip() or len(text) > LONGEST:
        raise Rejected(f"请填写推进会纪要，不超过{LONGEST}字。")
    if any(e.data == {"day": day, "text": text.strip()} for e in ledger.minutes_of(session, paper)):
        return
    record(session, actor, ledger.MINUTES, paper.id, paper.cycle_id, day=day, text=text.strip())
