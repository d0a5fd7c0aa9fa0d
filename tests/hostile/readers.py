"""Every reader of what others wrote, each as one function of bytes: what it refuses it refuses with a sentence."""

import csv
import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date

from actions.keep_evidence import Upload, check_upload, shown_name
from actions.short_address import read_code
from models.base import Refused
from models.paper_words import PaperKind
from papers.check_form import check_form
from papers.forms import default_form
from plans import phrase
from plans.directory import read_directory
from plans.holiday_notice import read_notice
from plans.ledger_back import read_back
from plans.limit import read_limit
from plans.opening import open_document
from plans.planfile import read_plan
from plans.reader import read_issued
from plans.readers.decomposition.unitcell import likely_first, measures_of, numbered, units_of
from plans.text import source_of
from tests.plans.opening.makers import as_docx, as_html, as_markdown, as_xlsx, p, word
from tests.plans.opening.old_sheet import as_xls
from web.forms import rows
from web.uploads import _metadata

REF = date(2020, 8, 1)
TABLE = [["序号", "重点任务", "主要措施", "牵头单位", "责任单位", "完成时限"],
         ["1", "学习宣传", "组织集体学法不少于2次", "县司法局", "各乡镇人民政府", "2020年12月底前"],
         ["2", "依法行政", "完善公示制度", "县公安局", "各有关单位", "每季度末"]]
LEDGER = [["编号", "问题", "状态", "办理情况", "完成日期"], ["W-1", "档案缺失", "已完成", "已补齐", "2020-08-09"]]
UNITS = [["单位名称", "类别", "联系人", "职务", "电话", "通知方式", "地址"],
         ["范县", "county", "甲", "", "", "outbox", ""]]
NOTICE = """国务院办公厅关于2021年部分节假日安排的通知
一、元旦：2021年1月1日至3日放假，共3天。
二、春节：2月11日至17日放假调休，共7天。2月7日（星期日）上班。"""
PLAN = """关于印发方案的通知
一、自查阶段（2020年8月1日至8月10日）。各单位于8月10日前报送自查报告。
1.组织学法。责任单位：县司法局。"""


def text_of(data: bytes) -> str:
    return data.decode(errors="replace")


def read_as(ending: str) -> Callable[[bytes], object]:
    return lambda data: read_issued(f"a.{ending}", data)


def unit_cell(data: bytes) -> None:
    text = text_of(data)
    units_of(text), measures_of(text), numbered(text), likely_first(text, [text[:9]])


def as_csv(table: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return out.getvalue().encode()


def small_form(data: bytes) -> object:
    """A template whose body is what came: marks, loops and harm."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(default_form(PaperKind.FEEDBACK))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "word/document.xml":
                said = text_of(data).replace("&", "&amp;").replace("<", "&lt;")
                said = "".join(ch for ch in said if ch >= " " and ch not in "\ufffe\uffff")
                body = body.replace(b"</w:body>", f"{p(said)}</w:body>".encode(), 1)
            new.writestr(name, body)
    return check_form(made.getvalue(), PaperKind.FEEDBACK)


# what is read, and honest bytes to begin with
READERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "plan.docx": (read_as("docx"), as_docx(TABLE)), "plan.xlsx": (read_as("xlsx"), as_xlsx(TABLE)),
    "plan.xls": (read_as("xls"), as_xls(TABLE)), "plan.html": (read_as("html"), as_html(TABLE)),
    "plan.md": (read_as("md"), as_markdown(TABLE)), "plan.txt": (read_as("txt"), PLAN.encode()),
    "plan.pdf": (read_as("pdf"), b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>"),
    "words.docx": (lambda data: read_issued("a.docx", word(p(text_of(data)[:9000].translate(BARE)))), PLAN.encode()),
    "plan file": (lambda data: read_plan(source_of("a.yaml", data)), b"key: a\ntitle: b\nyear: 2020\n"),
    "phrase": (lambda data: phrase.read(text_of(data), REF), "2020年12月底前，每季度末月25日前".encode()),
    "limit": (lambda data: read_limit(text_of(data), REF, 2020), "收到反馈意见之日起10个工作日内".encode()),
    "unit cell": (unit_cell, "牵头：县司法局；责任：县公安局、各乡镇（街道）".encode()),
    "holidays": (lambda data: read_notice(text_of(data)), NOTICE.encode()),
    "ledger.xlsx": (lambda data: read_back(open_document("a.xlsx", data)), as_xlsx(LEDGER)),
    "ledger cells": (lambda data: read_back(open_document("a.xlsx", as_xlsx([LEDGER[0], _cells(data)]))), b"W-1|a|b|c"),
    "units.csv": (lambda data: read_directory("a.csv", data), as_csv(UNITS)),
    "units.xlsx": (lambda data: read_directory("a.xlsx", data), as_xlsx(UNITS)),
    "form.docx": (lambda data: check_form(data, PaperKind.FEEDBACK), as_docx(TABLE)),
    "form marks": (small_form, b"{{ number }}{% for one in a %}{{ one.b|join }}{% endfor %}"),
    "staged.zip": (lambda data: check_upload(Upload("a.zip", data)), as_docx(TABLE)),
    "file name": (lambda data: shown_name(text_of(data)), "𠮷村/..\\材料.pdf".encode()),
    "tus metadata": (lambda data: _metadata(text_of(data)), b"filename YS50eHQ=,place aXRlbS0x"),
    "short address": (lambda data: read_code(text_of(data)), b"7K3M-9QXZ-4TPW"),
    "numbered fields": (
        lambda data: rows(dict.fromkeys(text_of(data).split("&"), "x"), "problem", ("title",)), b"problem-1-title",
    ),
}
BARE = str.maketrans({**dict.fromkeys(range(32), " "), "&": " ", "<": " ", "\ufffe": " ", "\uffff": " "})


def _cells(data: bytes) -> list[str]:
    return [one.translate(BARE)[:2000] for one in text_of(data).split("|")][:5]


def read(name: str, data: bytes) -> None:
    """Let a reader read; whatever it raises that is no refusal with a sentence is a fault of ours."""
    with suppress(Refused):
        READERS[name][0](data)
