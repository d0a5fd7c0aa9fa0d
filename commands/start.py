"""Start everything: migrate, build the sample where asked, run the three processes, print where they are."""

from collections.abc import Callable

from commands.demo import prepare
from commands.stopped import port_is_free
from commands.supervise import Supervisor, tail
from commands.upgrade import upgrade_kept
from config import clock
from config.settings import settings
from models.base import Refused
from models.migrate import is_current, refuse_other_shapes, revision_in, upgrade
from models.office_ledger import any_office


def start(say: Callable[[str], None], sample: bool) -> None:
    """Run until Ctrl-C; leaves nothing running."""
    ours = settings()
    ours.home.mkdir(parents=True, exist_ok=True)
    _ = ours.secret  # made before three processes could race for it
    supervisor = Supervisor(ours, say)
    for port, name in ((ours.port, "PORT"), *(((ours.prefect_port, "PREFECT_PORT"),) if supervisor.own_server else ())):
        if not port_is_free(port):
            raise Refused(f"端口{port}已被占用，请换一个：make run {name}=…")
    try:
        _shape(say, sample)
        supervisor.start_server()
        upgrade()
        lines = _sample_lines() if sample else _office_lines()
        lines.append(f"流程监控：{ours.site}/runs    Prefect 页面：{supervisor.api.removesuffix('/api')}")
        supervisor.run(lambda: say("\n".join([*lines, "按 Ctrl-C 停止。"])))
    except RuntimeError as error:
        logs = "\n".join(line for child in supervisor.children for line in tail(child.log))
        raise Refused(f"{error}\n{logs}") from None
    finally:
        supervisor.end()


def _shape(say: Callable[[str], None], sample: bool) -> None:
    """The sample is brought to today's shape in passing, after a backup; an office's data only when somebody asks."""
    if sample and revision_in() and not is_current():
        upgrade_kept(say)
    refuse_other_shapes()


def _office_lines() -> list[str]:
    """Where the office is, and what is still missing."""
    lines = [f"办公室：{settings().site}"]
    if not any_office():
        lines.append("还没有建立办公室，请另开窗口运行 duban init（用同一个 DUBAN_HOME）。")
    if not settings().base_url:
        lines.append("注意：未设 DUBAN_BASE_URL，通知里的链接只能在本机打开。")
    return lines


def _sample_lines() -> list[str]:
    sample = prepare(None, clock.today())
    site = settings().site
    return [
        f"办公室：{site}",
        f"    用户名 zhuren（主任）、jingban（经办）、zuzhang（组长）、lingdao（领导），口令 {sample.word}",
        f"单位链接（{sample.unit}）：{sample.link}",
    ]
