"""`make seed`: a database to develop with, the sample cycle in it, told in words; no server is started."""

import sys
from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy import Engine, distinct, func
from sqlmodel import Session, col, select

from commands.demo import prepare
from config import clock
from config.settings import settings
from models.base import Refused
from models.cycle import Assignment, Cycle, Stage
from models.database import engine, reading
from models.migrate import make_ready
from models.notice import Message
from models.office import Office
from models.problem import Problem
from models.words import AssignmentState, MessageState, ProblemState

SAMPLE = "（示例）"  # how the sample's office is called apart from a real one
Say = Callable[[str], None]


def seed(bind: Engine, today: date, say: Say) -> None:
    """Build the sample where there is none, and tell what is there; Refused where an office keeps its own data."""
    with reading(bind) as session:
        office = session.exec(select(Office)).first()
    if office is not None and SAMPLE not in office.name:
        raise Refused(f"{settings().home} 里是“{office.name}”的数据，不是开发用的示例，未作改动。")
    say("示例已在，未重建。" if office else "正在建立示例，约半分钟……")
    sample = prepare(bind, today)
    with reading(bind) as session:
        for line in told(session):
            say(line)
    say(f"口令 {sample.word}（用户名 zhuren、jingban、zuzhang、lingdao）；单位链接（{sample.unit}）：{sample.link}")
    say(f"打开：DUBAN_HOME={settings().home} .venv/bin/duban serve　　重来：删去这个文件夹再运行 make seed")


def told(session: Session) -> Iterator[str]:
    """What the database holds, a sentence each."""
    for cycle in session.exec(select(Cycle)):
        yield f"督察周期“{cycle.title}”，{cycle.opened_on:%Y-%m-%d}启动，{_units_of(session, cycle)}个单位。"
        stages = session.exec(select(Stage).where(Stage.cycle_id == cycle.id).order_by(col(Stage.no)))
        yield "阶段：" + "，".join(f"{stage.kind.label}{stage.state.label}" for stage in stages) + "。"
    asked = select(Problem.state, func.count()).group_by(col(Problem.state))
    yield "问题：" + "，".join(f"{ProblemState(state).label}{count}个" for state, count in session.exec(asked)) + "。"
    owed = select(func.count()).select_from(Assignment).where(col(Assignment.state) == AssignmentState.OPEN)
    yield f"应办事项{_count(session, Assignment)}项，其中正在办的{session.exec(owed).one()}项。"
    gone = select(func.count()).select_from(Message).where(col(Message.state) == MessageState.SENT)
    yield f"已发出的消息{session.exec(gone).one()}条。"


def _units_of(session: Session, cycle: Cycle) -> int:
    owing = select(func.count(distinct(col(Assignment.unit_id)))).where(Assignment.cycle_id == cycle.id)
    return session.exec(owing).one()


def _count(session: Session, table: type[Assignment]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def main() -> int:
    """Seed the folder that DUBAN_HOME names; 1 with a sentence where that is refused."""
    settings().home.mkdir(parents=True, exist_ok=True)
    try:
        make_ready()
        seed(engine(), clock.today(), print)
    except Refused as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
