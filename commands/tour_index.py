"""The way into the tour: what this is and three stories, in Chinese and in English, each step a link to a page."""

import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from commands.tour_walk import KEY, Page, Taken

HERE = Path(__file__).parent
RUNS = HERE.parent / "docs" / "screens" / "runs-desktop.png"  # there in a source tree, not in an installed wheel
ONE = KEY.pattern


@dataclass(frozen=True)
class Step:
    """One step of a story: where it leads, and its words in both languages."""

    folder: str
    path: str
    chinese: str
    english: str


STORIES: tuple[tuple[str, str, tuple[Step, ...]], ...] = (
    ("一、提醒到期自动发出，发过什么可以举证", "1. Reminders that arrive by themselves and can be proven", (
        Step("desk", "/outbox", "“通知”列出每条消息：发给谁、什么渠道、结果如何。",
             "通知: every message, to whom, by which way, with what result."),
        Step("desk", rf"/outbox/{ONE}", "打开一条：原文、发出的时刻、所说的事项。",
             "One of them: its words, the moment it went, what it was about."),
        Step("desk", r"/watch/.*", "“每日对账”另按一套算法数出当天应发多少，与实发并列，漏发不为零就要打电话。",
             "每日对账: what was owed by a reckoning of its own beside what went; anything missing wants a call."),
        Step("desk", "/escalations", "逾期仍不办的，系统只拟稿：约谈、挂牌、通报须由人审批。",
             "Beyond reminders the system only drafts; a person approves a talk, a listing, a circular."),
        Step("desk", "/sheets", "“催办凭证”等表册是 .xlsx 文件，逐份列出校验值，可直接打开。",
             "The proof of reminders and other workbooks: .xlsx files with their hashes, to be opened."),
        Step("desk", "/events", "办理记录逐条相扣，删改任何一条都会被核验发现。",
             "The history is chained; whatever is changed in it is found."),
    )),
    ("二、单位不用账号，凭链接签收、报送、整改", "2. Units that confirm and report by a link, without an account", (
        Step("unit", ".*", "单位在手机上看到的首页：先办什么、还剩几天（范县）。",
             "What a unit sees on a phone: what comes first and how many days are left."),
        Step("unit", rf".*/problem/{ONE}", "一个问题：要求、时限、报整改情况、有异议时说明。",
             "One problem: what is asked, by when, reporting it put right, or objecting."),
        Step("unit", rf".*/item/{ONE}", "一项任务：报送、附佐证、申请延期。",
             "One task: hand it in with proof, or ask for time."),
        Step("unit", ".*/history", "本单位收到过什么、报过什么，都在“办理记录”里。",
             "All that the unit was told and has handed in."),
        Step("desk", rf"/submissions/{ONE}", "办公室这一边：审核材料，受理或退回并写明理由。",
             "On the office's side: accept a report, or return it with the reason."),
        Step("team", r"/team.*", "督察组在现场用手机打分、拍照、记问题。",
             "A team on site scores, takes pictures and notes problems on a phone."),
    )),
    ("三、办公室看得到每一次流程运行、每一个时限", "3. An office that sees every flow run and every deadline", (
        Step("desk", "/", "“今日”：等人办的、系统办了的、将要到来的。",
             "今日: what waits for a person, what the system did, what is coming."),
        Step("desk", rf"/cycles/{ONE}", "示例周期：各阶段起止，单位 × 阶段，红黄绿灯都带文字。",
             "The sample cycle: stages, units × stages, lights that never stand without words."),
        Step("desk", "/work", "“台账”：应办的每一项、时限、离截止几个工作日。",
             "台账: everything owed, its limit, how many workdays are left."),
        Step("desk", "closed", "一个问题从发现到销号的全部经过。",
             "One problem's whole life, from found to closed out."),
        Step("desk", "/papers", "“公文”：意见书等逐份预览，.docx 可直接打开。",
             "公文: the letters with previews; the .docx files open from here."),
        Step("leader", "/leader", "领导一分钟看全局。", "A leader's one page."),
        Step("desk", "/burden", "“基层负担”：每个单位收了多少文、报了多少材料。",
             "基层负担: how much each unit was sent and had to report."),
        Step("desk", "/statistics", "统计：按时率、销号率，图表取自页上的表。",
             "统计: rates and ages; the charts are drawn from the tables of the page."),
    )),
)


def introduction(taken: Taken) -> dict[str, bytes]:
    """index.html, and the picture of the page that needs a running engine."""
    stories = [
        (chinese, english, [(page.name, step.chinese, step.english) for step in steps if (page := _page(taken, step))])
        for chinese, english, steps in STORIES
    ]
    files = {"runs.png": RUNS.read_bytes()} if RUNS.exists() else {}
    pages = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    text = pages.get_template("tour_index.html").render(stories=stories, runs=bool(files))
    return {"index.html": text.encode(), **files}


def _page(taken: Taken, step: Step) -> Page | None:
    """The page a step leads to; the closed problem is the first one on the list of those closed out."""
    if step.path != "closed":
        return taken.first(step.folder, step.path)
    listed = taken.first("desk", r"/ledger\?state=closed")
    found = re.search(f"/problems/{ONE}", listed.html) if listed else None
    return taken.find("desk", found.group()) if found else None
