"""duban: the command. Every `--json` output is JSON on standard output and nothing else there."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from commands.deadline import deadline
from commands.help_page import Commands, Json, complain
from commands.ledger import app as ledger_app
from commands.offices import app as office_app
from commands.operate import backup, backup_key, doctor, restore, sweep, upgrade
from commands.papers import app as papers_app
from commands.person import app as person_app
from commands.plan import app as plan_app
from commands.spoken import ANSWER, ENGLISH, LANGUAGES, SAY, folded, out, say, speak, tell, words
from commands.workday import a_day
from commands.workday import app as workday_app
from config.day_words import month_day
from config.secret_files import BadSetting
from models.base import Refused

app = Commands("督办：依法治市督察的任务、时限、提醒与销号。")
audit_app = Commands("办理记录：核验。")
app.add_typer(plan_app, name="plan")
app.add_typer(workday_app, name="workday")
app.add_typer(audit_app, name="audit")
app.add_typer(ledger_app, name="ledger")
app.add_typer(papers_app, name="papers")
app.add_typer(office_app, name="office")
app.add_typer(person_app, name="person")
app.command("deadline")(deadline)
for operation in (doctor, sweep, backup, backup_key, restore, upgrade):
    app.command(operation.__name__.replace("_", "-"))(operation)
SUMMARY = {
    "from": "自", "to": "至", "units": "单位", "notices": "通知事项", "messages": "发出消息", "problems": "问题",
    "closed": "已销号", "drafts": "督办草稿", "chain": "办理记录",
}


def choose_language(chosen: str) -> str:
    """Say everything in this language (zh, en): what `--language` or DUBAN_LANGUAGE asks for, Chinese otherwise."""
    speak(None)
    chosen = chosen or os.environ.get("DUBAN_LANGUAGE", "")
    known = LANGUAGES.get(chosen.strip().lower() or "zh")
    if known is None:
        raise typer.BadParameter(f"“{chosen}”不是可选的语言，请写 zh 或 en。")
    if known == ENGLISH:
        from web.said import english_of

        speak(english_of)
    return known


def _wanted(given: list[str]) -> str:
    """What `--language` says, wherever it stands: help is shown before the options behind it are read."""
    for word, after in zip(given, [*given[1:], ""], strict=True):
        if word == "--language" or word.startswith("--language="):
            return after if word == "--language" else word.partition("=")[2]
    return ""


Language = Annotated[str, typer.Option(
    help="zh 中文，en English；也可设 DUBAN_LANGUAGE", is_eager=True, show_default=False, callback=choose_language,
)]


@app.callback()
def duban(
    office: Annotated[str, typer.Option(help="有多个办公室时，为哪一个办理（简码）")] = "",
    language: Language = "",
) -> None:
    """督办：依法治市督察的任务、时限、提醒与销号。"""
    from config.settings import settings

    if office:
        os.environ["DUBAN_OFFICE"] = office
        settings.cache_clear()


@app.command()
def init(name: Annotated[str, typer.Option(help="办公室名称")] = "督察办公室") -> None:
    """建立空的办公室：数据库、登录人员、首次口令。"""
    from commands.office import make_office
    from models.migrate import make_ready
    from models.office_ledger import any_office

    make_ready()
    if any_office():
        raise Refused("已有办公室，未作改动。再设一个办公室请用 duban office add。")
    people = make_office(None, name, name[:12])
    say(f"已建立“{name}”。各用户名的首次口令（只显示这一次，登录后请在“人员”中改名、改口令）：")
    for login, word in people.words.items():
        say(f"  {login}  {word}")


@app.command()
def serve() -> None:
    """启动网页、流程和 Prefect（已设 PREFECT_API_URL 时不另起 Prefect），Ctrl-C 停止。"""
    from commands.start import start

    start(say, sample=False)


@app.command()
def demo(
    tour: Annotated[Path | None, typer.Option("--export", help="只把静态导览写入这个文件夹")] = None,
) -> None:
    """启动示例周期：濮阳方案平移到今天正处于整改阶段。"""
    from commands.start import start
    from commands.tour import export

    if tour:
        from web.app import create_app

        export(tour, say, create_app)
        return
    start(say, sample=True)


@app.command()
def rehearse(
    plan: Annotated[str, typer.Argument(help="方案名或方案文件")] = "",
    units: Annotated[int, typer.Option(min=1, max=500, help="单位个数")] = 10,
    start: Annotated[str, typer.Option("--from", help="起始日")] = "",
    end: Annotated[str, typer.Option("--to", help="结束日")] = "",
    behaviour: Annotated[Path | None, typer.Option(help="各单位如何办理（YAML）")] = None,
    order: Annotated[Path | None, typer.Option(help="按网页“先演练”写下的内容演练本办公室已采用的方案")] = None,
    as_json: Json = False,
) -> None:
    """在临时数据库上把整个周期演练一遍，列出每一条通知；不影响正式数据。"""
    import gc

    from commands import rehearse as play
    from commands.rehearse_office import of_file
    from commands.script import read_script
    from plans.planfile import read_plan
    from plans.text import read_source

    if not order and not plan:
        raise typer.BadParameter("请写明方案名、方案文件，或用 --order。")
    # a short-lived process full of rows: a seventh of its time was collecting them; what stays young is looked through
    # more seldom too, but not so seldom that a day of fifty letters keeps a megabyte in circles for each
    gc.set_threshold(5_000, 10, 50)
    if order:
        of_file(order)
        return
    draft = read_plan(read_source(plan))
    first, last = play.span(draft)
    first, last = a_day(start) if start else first, a_day(end) if end else last
    if last < first:
        raise Refused(f"结束日{last}早于起始日{first}。")
    with play.stage(draft, units, first, read_script(behaviour)) as theatre:
        with Progress(console=SAY, transient=True, disable=not sys.stderr.isatty()) as bar:
            work = bar.add_task(words("演练"), total=(last - first).days + 1)
            for day in play.play(theatre, first, last):
                bar.update(work, advance=1, description=words(f"演练 {month_day(day)}"))
        told = play.notices(theatre)
        summary = play.summary(theatre, first, last, len(told))
    show(told, summary, as_json)


def show(told: list[dict[str, Any]], summary: dict[str, Any], as_json: bool) -> None:
    """The rehearsal's notices and their sum."""
    if as_json:
        for row in (*told, {"summary": summary}):
            out(row)
        return
    table = folded("日期", "收件", "类别", "步骤", "内容")
    for row in told:
        table.add_row(row["day"], row["unit"], words(row["kind"]), words(row["step"]), row["text"])
    ANSWER.print(table)
    say(" · ".join(f"{words(SUMMARY[key])} {words(str(value))}" for key, value in summary.items()))


@audit_app.command("verify")
def audit_verify(
    file: Annotated[Path | None, typer.Argument(help="备份中的数据库；不写则核验当前数据库")] = None,
) -> None:
    """逐条核验办理记录的印记是否首尾相接，并列出每次清除个人信息。"""
    from commands.audit import told

    for line in told(file):
        tell(line)


def main() -> None:
    """Refusals end with 1 and one sentence on standard error; wrong use ends with 2."""
    try:
        choose_language(_wanted(sys.argv[1:]))  # before anything is read: help must know it
        raise SystemExit(app(prog_name="duban", standalone_mode=False))
    except typer.TyperException as error:
        raise SystemExit(complain(error)) from None
    except typer.Abort:
        say("已取消，未作改动。")
        raise SystemExit(1) from None
    except (Refused, BadSetting) as error:
        say(str(error))
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
