"""Papers that are workbooks: which columns each has, and what stands above and below them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from config.day_words import printed_day
from models.paper_words import PaperKind
from models.words import ProblemState
from papers.form import Form
from papers.printed_table import Column as C
from papers.printed_table import Table, workbook
from papers.score_book import score_tables

Values = Mapping[str, Any]
RECT = (
    C("unit", "单位", 9, "word", by="unit_key"), C("no", "序号", 5, "count"), C("problem", "存在问题", 26),
    C("source", "来源", 7, "word"), C("category", "类别", 6, "word"), C("measure", "整改措施", 22),
    C("leader", "责任领导", 7, "word"), C("lead_unit", "责任单位", 9, "word"), C("person", "责任人", 7, "word"),
    C("first_due", "原定时限", 11, "day"), C("due", "现时限", 11, "day"), C("state", "整改状态", 7, "word"),
    C("verified_by", "核实人", 7, "word"), C("looked", "回头看", 11), C("closed_by", "销号人", 7, "word"),
    C("closed_on", "销号日期", 11, "day"), C("number", "反馈意见文号", 9, "word"), C("remarks", "备注", 8),
)
TASK = (
    C("section", "专题", 12, "word", by="section"), C("no", "序号", 6, "word"), C("measure", "任务（主要措施）", 36),
    C("lead", "牵头单位", 14), C("units", "责任单位", 20), C("limit", "原文时限", 13), C("due", "现时限", 11, "day"),
)
TASK_RUNNING = (C("done", "已办结", 7, "count"), C("total", "应办", 6, "count"), C("standing", "各单位办理情况", 32))
PHONE = (
    C("unit", "单位", 14, "word", by="unit_key"), C("contact", "联系人", 10, "word"), C("post", "职务", 11, "word"),
    C("phone", "电话", 14, "word"), C("title", "待签收的文件", 24), C("due", "应签收日期", 11, "day"),
    C("late", "逾期工作日", 7, "count"), C("first", "首次通知", 11, "day"), C("times", "已通知次数", 7, "count"),
    C("last", "最近通知", 11, "day"), C("call_at", "通话时间", 12), C("answered_by", "接听人", 10),
    C("answer", "答复情况", 22), C("caller", "拨打人签名", 10),
)
PROOF = (
    C("n", "序号", 5, "count"), C("at", "时间", 16, "moment"), C("kind", "类别", 8, "word"),
    C("channel", "方式", 9, "word"), C("to", "接收人及地址", 16), C("text", "通知内容", 46), C("state", "结果", 17),
    C("opened", "打开链接", 16, "moment"), C("signed", "签收", 16), C("key", "消息编号", 14),
    C("seq", "办理记录序号", 8, "word"), C("hash", "该条记录的印记（SHA-256）", 19),
)
BURDEN = (
    C("unit", "单位", 18), C("items", "事项", 8, "points"), C("reports", "其中报告", 8, "points"),
    C("lines", "自查分项", 8, "points"), C("files", "要求附材料", 11, "points"), C("messages", "收到消息", 8, "points"),
    C("visits", "实地督察", 8, "points"), C("returned", "退回重报", 8, "points"),
    C("days", "平均给办天数", 13, "points"), C("above", "高于平均的项", 30),
)


def _line(values: Values, *more: str) -> str:
    """Who made it of which day."""
    made_on = printed_day(date.fromisoformat(values["made_on"]))
    return "　　".join((f"制表单位：{values['office']}", f"数据截至：{made_on}", *more))


def _rect(values: Values) -> list[Table]:
    said = "、".join(f"{one['state']}{one['count']}个" for one in values["totals"])
    meant = "原定时限为首次下达的时限，现时限为经批准延期、调整后的时限。"
    notes = (f"合计{len(values['rows'])}个问题：{said}。", meant)
    states = [state.label for state in ProblemState if any(state.label in row for row in values["units"])]
    columns = [C("unit", "单位", 18), *(C(state, state, 10, "count") for state in states)]
    columns.append(C("total", "合计", 8, "count"))
    line = _line(values)
    return [
        Table("整改台账", values["title"], line, RECT, values["rows"], notes),
        Table("按状态统计", f"{values['cycle']}问题整改情况统计", line, columns, values["units"], bold_last=True),
    ]


def _tasks(values: Values) -> list[Table]:
    known = TASK if any(row["lead"] for row in values["rows"]) else [one for one in TASK if one.key != "lead"]
    columns = (*known, *TASK_RUNNING) if values["running"] else known
    parts = sum(row["total"] for row in values["rows"])
    done = sum(row["done"] for row in values["rows"])
    told = f"；分解到单位{parts}项，已办结{done}项" if values["running"] else ""
    named = f"方案：{values['plan']}" + (f"（{values['doc_no']}）" if values["doc_no"] else "")
    notes = (f"合计{len(values['rows'])}项任务{told}。",)
    return [Table("任务台账", values["title"], _line(values, named), columns, values["rows"], notes)]


def _phone(values: Values) -> list[Table]:
    units = len({row["unit_key"] for row in values["rows"]})
    notes = (f"共{units}个单位未按时签收。电话联系后，请在系统中登记签收情况。",)
    return [Table("电话联系单", values["title"], _line(values), PHONE, values["rows"], notes, least=34)]


def _proof(values: Values) -> list[Table]:
    about = f"单位：{values['unit']}" + (f"　　事项：{values['matter']}" if values["matter"] else "")
    notes = (
        f"共{len(values['rows'])}条，其中已发出{values['sent']}条、未发出{values['failed']}条。",
        f"本凭证各条中最后一条封存于办理记录第{values['last_seq']}号，印记：{values['last_hash']}。",
        "每条办理记录的印记由本条内容和上一条的印记算出，任何改动、删除都会使其后的印记不符。"
        "核验方法：在系统主机上运行 duban audit verify，并在“办理记录”中按序号查对印记。",
        "出具单位（盖章）：　　　　　　　　　　经办人（签字）：　　　　　　　　　　日期：　　　　年　　月　　日",
    )
    return [Table("催办凭证", values["title"], f"{about}　　{_line(values)}", PROOF, values["rows"], notes)]


def _burden(values: Values) -> list[Table]:
    rows = [*values["rows"], {"unit": "平均", **values["mean"]}]
    meant = [f"注{n}：{one}" for n, one in enumerate(values["meanings"], 1)]
    notes = ["可以精简的：" + "".join(values["spared"]), *meant]
    first, last = values["first"], values["last"]
    period = f"{first or '周期启动'}至{last or '今'}" if first or last else "整个周期"
    line = _line(values, f"时段：{period}")
    return [Table("基层负担情况", values["title"], line, BURDEN, rows, notes, bold_last=True)]


def _form(name: str, tables: Callable[[Values], Sequence[Table]], key: str = "rows") -> Form:
    fields = {key: name, "office": "制表单位", "made_on": "制表日期"}
    return Form(fields, write=lambda values: workbook(tables(values)), ending="xlsx")


WORKBOOKS: dict[PaperKind, Form] = {
    PaperKind.RECT_LEDGER: _form("问题", _rect), PaperKind.TASK_LEDGER: _form("任务", _tasks),
    PaperKind.SCORE_SHEET: _form("打分", score_tables, "sheets"), PaperKind.PHONE_LIST: _form("未签收的单位", _phone),
    PaperKind.PROOF: _form("通知", _proof), PaperKind.BURDEN: _form("单位", _burden),
}
