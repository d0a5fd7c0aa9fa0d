"""duban plan roll, duban plan weeks: next year's draft or another week rule, shown first, written only when asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.help_page import Json
from commands.spoken import out as out_json
from commands.spoken import tell
from config.os_words import why_not
from models.base import Conflict, Rejected

if TYPE_CHECKING:  # `duban --help` must not wait for the parser
    from plans.weeks import Finding, SlotMove

Out = Annotated[str, typer.Option("--out", help="写成新的方案文件（.yaml），不覆盖已有文件；不写则只列出")]
PlanName = Annotated[str, typer.Argument(help="方案库中的名称，或方案文件")]
STRIKE = "没有的，删去本行“#”及其后文字"
SHOWN = 3  # places with the same words are named so far, then counted
ENDINGS = (".yaml", ".yml")


def roll(
    plan: PlanName, year: Annotated[int, typer.Option("--year", help="新年度")], out: Out = "", as_json: Json = False
) -> None:
    """按年循环的方案平移到新年度：日期、周次、放假逐项核对；不加 --out 不写入。"""
    from config.workdays import official
    from plans.planfile import read_plan
    from plans.planfile_out import plan_yaml
    from plans.reading import as_json as plan_json
    from plans.roll import roll as rolled_to
    from plans.text import read_source

    old = read_plan(read_source(plan))
    new = rolled_to(old, year)
    notes = {key: words if key == "title" else f"{words}；{STRIKE}" for key, words in new.open_spots.items()}
    head = f"由{old.short_title}（{old.key}）平移至{year}年的草稿：单位、分值、周次照旧，采用前逐项核对"
    text = plan_yaml(new.draft, head, notes)
    if as_json:
        told = {"from": old.year, "to": year, "findings": _rows(new.findings)}
        _out(told | {"plan": plan_json(new.draft, official())}, _write(out, text))
        return
    tell(f"{old.short_title}：由{old.year}年平移至{year}年。")
    _show(new.findings)
    _close(_write(out, text), f"填好{len(notes)}处待填后，用 duban plan adopt 采用")


def weeks(
    plan: PlanName,
    rule: Annotated[str, typer.Option("--rule", help="nth_monday、calendar_week 或 days_block")],
    out: Out = "", as_json: Json = False,
) -> None:
    """改用另一种周次规则：先列出日期不同的周次；不加 --out 不写入。"""
    from config.workdays import official
    from plans.planfile import read_plan
    from plans.planfile_out import with_rule_line
    from plans.text import read_source
    from plans.weeks import RULE_WORDS, switch_rule, week_findings, with_rule

    source = read_source(plan)
    old = read_plan(source)
    moves, new = switch_rule(old, rule), with_rule(old, rule)
    if not old.slots or old.slot_rule == rule:
        why = f"的周次规则已是{rule}（{RULE_WORDS[rule]}）" if old.slots else "没有督察周次"
        raise Rejected(f"“{old.short_title}”{why}，无须改动。")
    text, findings = with_rule_line(source, new), week_findings(new, official())
    if as_json:
        told = {"from": old.slot_rule, "to": rule, "moves": _moves(moves), "findings": _rows(findings)}
        _out(told, _write(out, text))
        return
    tell(f"{old.short_title}：周次规则由“{RULE_WORDS[old.slot_rule]}”改为“{RULE_WORDS[rule]}”。")
    _show_moves(moves, len(old.slots))
    _show(findings)
    _close(_write(out, text), "已采用的方案不变，须另行采用")


def _write(out: str, text: str) -> str | None:
    """Write a plan file that is not there yet; what lies there stays."""
    if not out:
        return None
    path = Path(out)
    if path.suffix.lower() not in ENDINGS:
        raise Rejected(f"方案文件须以 .yaml 结尾，不能写成“{out}”。")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Conflict(f"“{out}”已存在，未作改动；请换一个文件名。") from None
    except OSError as error:
        raise Rejected(f"无法写入“{out}”：{why_not(error)}。") from None
    return out


def _out(told: dict[str, Any], written: str | None) -> None:
    out_json(told | {"written": written})


def _rows(findings: "Sequence[Finding]") -> list[dict[str, str]]:
    return [
        {"kind": one.kind.value, "label": one.kind.label, "where": one.where, "what": one.words} for one in findings
    ]


def _moves(moves: "Sequence[SlotMove]") -> list[dict[str, Any]]:
    return [
        {"month": move.slot.month, "week": move.slot.week, "units": move.slot.units, "old": move.old, "new": move.new}
        for move in moves
    ]


def _show_moves(moves: "Sequence[SlotMove]", total: int) -> None:
    from plans.weeks import days, name_of

    tell(f"{total}个督察周次中有{len(moves)}个日期不同：")
    for move in moves:
        units = "、".join(move.slot.units)
        tell(f"  {name_of(move.slot)}：{days(move.old)}改为{days(move.new)}（{units}）")


def _show(findings: "Sequence[Finding]") -> None:
    """By kind, with the same words said once for all their places."""
    kinds = dict.fromkeys(one.kind for one in findings)
    for kind in kinds:
        places: dict[str, list[str]] = {}
        for one in findings:
            if one.kind == kind:
                places.setdefault(one.words, []).append(one.where)
        tell(f"【{kind.label}】{sum(map(len, places.values()))}处")
        for words, where in places.items():
            tell(f"  {_several(where)}：{words}")


def _several(places: list[str]) -> str:
    return "、".join(places[:SHOWN]) + (f"等{len(places)}处" if len(places) > SHOWN else "")


def _close(written: str | None, then: str) -> None:
    tell(f"已写入 {written}；{then}。" if written else "未写入；核对后加 --out 文件名.yaml 写成新的方案文件。")


def refuse_open(file: str) -> None:
    """A rolled plan file whose new paper has no title, number or day yet is not adopted."""
    from plans.planfile_out import refuse_open as refuse
    from plans.text import read_source

    if Path(file).suffix.lower() in (*ENDINGS, ""):
        refuse(read_source(file))
