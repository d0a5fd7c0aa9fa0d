"""`duban plan`: read as a draft, its open questions, its adoption; rolled on and re-ruled in commands/roll.py."""

# what does the work is imported when it is asked for: every other command would wait for it

import sys
from typing import Annotated

import typer

from commands.help_page import Commands, Json
from commands.roll import refuse_open, roll, weeks
from commands.spoken import SAY, folded, out, say, words

app = Commands("方案：读取、采用。")
app.command("roll")(roll)
app.command("weeks")(weeks)
Document = Annotated[str, typer.Argument(help="印发的原件、方案文件（.yaml），或方案库中的名称")]


@app.command("read")
def plan_read(file: Document, as_json: Json = False) -> None:
    """读取方案为草稿，不写入任何数据；逐条列出核对结果。"""
    from commands.papers_in import read_any

    data = read_any(file)
    if as_json:
        out(data)
        return
    parts = (
        ("stages", "{n}个阶段"), ("tasks", "{n}项任务"), ("visits", "{n}个督察周次"), ("checklist", "{n}项检查标准"),
        ("doubts", "{n}处待确认"),
    )
    say(f"{data['title']}（{data['doc_no']}）")
    say(" · ".join(words(told.format(n=len(data[key]))) for key, told in parts if data[key]))
    table = folded("核对", "应为", "实为", "结果")
    for check in data["checks"]:
        told = (check["name"], check["expected"], check["found"], "相符" if check["ok"] else "提示")
        table.add_row(*map(words, told))
    SAY.print(table)


@app.command("questions")
def plan_questions(
    file: Document,
    answers: Annotated[str, typer.Option(help="已有的答复文件：按其中的答复重读，并填入已答的")] = "",
) -> None:
    """把原件的待确认问题写成待填的答复文件（输出到标准输出），供 plan adopt --answers 使用。"""
    from commands.papers_in import questions
    from plans.answers import read_answers
    from plans.text import read_source

    sys.stdout.write(questions(file, read_answers(read_source(answers)) if answers else None))


@app.command("adopt")
def plan_adopt(
    file: Document,
    answers: Annotated[str, typer.Option(help="答复文件（YAML：units、dates、choices）")] = "",
) -> None:
    """采用方案；有待确认的问题时列出并拒绝，可用 --answers 一并答复。"""
    from actions.adopt import adopt_plan
    from actions.record import Actor
    from commands.papers_in import draft_of
    from models.database import transaction
    from models.migrate import make_ready
    from models.office_ledger import the_office
    from plans.answers import Answers, read_answers
    from plans.text import read_source

    refuse_open(file)
    given = read_answers(read_source(answers)) if answers else Answers()
    draft, digest = draft_of(file, given)
    make_ready()
    with transaction() as session:
        clerk = Actor(the_office(session).id, "命令行", "clerk", "命令行")
        plan = adopt_plan(session, clerk, draft, digest, given)
    say(f"已采用“{plan.title}”。")
