"""Whether an answer fits its question, in a sentence for the clerk where it does not."""

import re
from datetime import date

from plans.answered.clauses import figure_of
from plans.answered.said import LEAVE
from plans.answered.slots import WEEK, YEAR, typed_weeks
from plans.phrase import read
from plans.readers.weektable import EXAMPLE
from rules.deadline import date_of_choice

LONGEST = 200
OUT = "不列入"  # a row of a schedule that is left out
ISSUED = "head-issued_on"
LIMIT, DAY, HEAD = re.compile(r"^limit:|[:.]limit$"), re.compile(r"-date$|^head-issued_on$"), re.compile("head-")
POINTS, WEEKS = re.compile(r":points_missing(?:#\d+)?$"), re.compile(r"weektable-")


def unfit(key: str, where: str, choices: tuple[str, ...], text: str, ref: date) -> str:
    """What is wrong with an answer to the question of this key; empty when nothing is."""
    if not text or text in choices:
        return ""
    if len(text) > LONGEST:
        return f"{where}：答复请控制在{LONGEST}字以内。"
    limit, day = LIMIT.search(key), DAY.search(key)
    if text == LEAVE and key != ISSUED and (limit or day or not choices):
        return ""
    if choices and not (limit or day or HEAD.match(key)):
        return f"{where}：请在所列答复中选择：{'；'.join(choices)}。"
    wrong = _day(key, text) if day or key == "head-year" else _limit(text, ref) if limit else _form(key, text)
    return f"{where}：{wrong}" if wrong else ""


def _day(key: str, text: str) -> str:
    if key == "head-year":
        return "" if re.fullmatch("20[0-9]{2}", text) else f"“{text}”不是年份，请填四位数字。"
    return "" if date_of_choice(text) else f"“{text}”不是日期，请按 2024-09-30 的写法填写。"


def _limit(text: str, ref: date) -> str:
    question = "" if date_of_choice(text) or text == "按此读法" else read(text, ref).open_question
    return f"“{text}”：{question}" if question else ""


def _form(key: str, text: str) -> str:
    """Questions whose answers must be of a form: points, weeks, a year. To others any words are an answer."""
    if POINTS.search(key):
        return "" if figure_of(text) is not None else f"“{text}”不是分值，请按“5分”的写法填写。"
    if not WEEKS.match(key):
        return ""
    if re.fullmatch(r"weektable-\d+", key):
        bad = WEEK.search(text) and not typed_weeks(text)
        return f"“{text[:40]}”没有读出，请按“{EXAMPLE}”的写法填写。" if bad else ""
    good = text == OUT or WEEK.search(text) or ("-row-" not in key and YEAR.fullmatch(text))
    return "" if good else f"“{text}”不是周次，请按“3月第2周”的写法填写；没有年份的填年份；不排的填“{OUT}”。"
