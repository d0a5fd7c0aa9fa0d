"""What a clerk answered to the questions of a document: by name, by task, by doubt."""

from dataclasses import dataclass, field
from datetime import date

from ruamel.yaml import YAML

from models.base import Rejected
from plans.text import Source


@dataclass(frozen=True)
class Answers:
    """`units` maps a printed name to a unit or group known here; `dates` a task's number to the day decided on;
    `choices` a doubt's key to the reading taken."""

    units: dict[str, str] = field(default_factory=dict)
    dates: dict[str, date] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)


def read_answers(source: Source) -> Answers:
    """An answers file (YAML with units, dates, choices); Rejected says what is wrong."""
    try:
        data = YAML(typ="safe").load(source.text) or {}
    except Exception as error:  # the parser has several families of its own errors
        raise Rejected(f"{source.name}：不是可读的 YAML（{type(error).__name__}）。") from None
    if not isinstance(data, dict) or set(data) - {"units", "dates", "choices"}:
        raise Rejected(f"{source.name}：答复文件只有 units、dates、choices 三项。")
    return Answers(
        _texts(source.name, data, "units"), _days(source.name, data), _texts(source.name, data, "choices")
    )


def _texts(name: str, data: dict[str, object], key: str) -> dict[str, str]:
    part = data.get(key) or {}
    if not isinstance(part, dict) or not all(isinstance(value, str) for value in part.values()):
        raise Rejected(f"{name}：{key} 应为“原文: 答复”的对照。")
    return {str(word): value for word, value in part.items()}


def _days(name: str, data: dict[str, object]) -> dict[str, date]:
    part = data.get("dates") or {}
    if not isinstance(part, dict) or not all(type(value) is date for value in part.values()):
        raise Rejected(f"{name}：dates 应为“任务编号: 2024-03-31”的对照。")
    return {str(no): value for no, value in part.items()}
