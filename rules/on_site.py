"""What a team answers on site: one line of a score sheet or checklist, judged by what the plan prints for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.base import Rejected
from models.words import ScoreResult
from rules import checklist
from rules.score import Refusal, exact, score, worth
from rules.veto import answered_veto, is_veto, taken

LONGEST_REASON = 2000
FULL_RATE = 100.0
MOST = 1_000_000.0
Fields = Mapping[str, str]
BY_FIGURE = {checklist.Result.MET: ScoreResult.MET, checklist.Result.NOT_MET: ScoreResult.NOT_MET}


@dataclass(frozen=True)
class Level:
    """One printed case of a clause."""

    when: str
    score: float | None = None
    deduct: float | tuple[float, float] | None = None


@dataclass(frozen=True)
class Clause:
    """One printed standard of an item, with points of its own."""

    title: str
    points: float | None
    levels: tuple[Level, ...] = ()
    damaged: bool = False
    count: dict[str, Any] | None = None
    rate: dict[str, Any] | None = None

    @property
    def readable(self) -> bool:
        """Whether it can be scored: printed whole, with points."""
        return not self.damaged and self.points is not None


@dataclass(frozen=True)
class Line:
    """One line looked at on site; without points it is answered, never scored."""

    key: str
    sheet: str
    group: str
    no: int
    title: str
    points: float | None = None
    clauses: tuple[Clause, ...] = ()
    thresholds: tuple[Mapping[str, Any], ...] = ()
    task_id: Any = None
    method: str = ""
    said: str = ""  # what the unit's self-check said of it

    @property
    def worth(self) -> float:
        return worth(self.points, self.clauses)

    @property
    def scored(self) -> bool:
        return self.points is not None

    @property
    def readable(self) -> bool:
        """Whether any standard of the item can be scored at all."""
        return not self.clauses or any(one.readable for one in self.clauses)


@dataclass(frozen=True)
class Judged:
    """An answer that keeps to the plan; `points` None while a clause is open, and always where the plan has none."""

    result: ScoreResult | None
    points: float | None
    clauses: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""

    @property
    def answered(self) -> bool:
        return self.result is not None or self.points is not None


def clause_of(data: Mapping[str, Any]) -> Clause:
    """A clause as the plan keeps it (JSON) as a value."""
    levels = tuple(Level(one["when"], one.get("score"), _range(one.get("deduct"))) for one in data["levels"])
    return Clause(
        data["title"], data.get("points"), levels, bool(data.get("damaged")), data.get("count"), data.get("rate")
    )


def _range(deduct: Any) -> float | tuple[float, float] | None:
    return (float(deduct[0]), float(deduct[1])) if isinstance(deduct, list | tuple) else deduct


def judge(line: Line, fields: Fields) -> Judged:
    """An answer by its form fields: `result`, `reason`, and by clause or figure from 0 `level-0`, `deduct-0`,
    `count-0`, `rate-0`, `figure-0`, `lost` where the plan prints no clause. Rejected says what the plan refuses."""
    reason = fields.get("reason", "").strip()
    if len(reason) > LONGEST_REASON:
        raise Rejected(f"{name(line)}的理由请控制在{LONGEST_REASON}字以内。")
    if fields.get("result") == ScoreResult.NOT_APPLICABLE:
        if not reason:
            raise Rejected(f"{name(line)}列为不适用，请写明理由。")
        return Judged(ScoreResult.NOT_APPLICABLE, None, [], reason)
    return _scored(line, fields, reason) if line.scored else _looked_at(line, fields, reason)


def name(line: Line) -> str:
    return f"第{line.no}项"


def _scored(line: Line, fields: Fields, reason: str) -> Judged:
    """Clause by clause what the plan prints; an item earns what it is worth less what was taken off."""
    if not line.readable:
        raise Rejected(f"{name(line)}原文残缺，不予计分；请列为不适用并写明理由。")
    if not line.clauses:
        return _bare(line, fields, reason)
    kept = [_clause(line, n, one, fields) for n, one in enumerate(line.clauses)]
    lost = min(line.worth, sum(taken(line.clauses, kept, line.worth)))
    if lost and not reason:
        raise Rejected(f"{name(line)}扣了{lost:g}分，请写明扣分理由。")
    open_ones = [n for n, one in enumerate(line.clauses) if one.readable and (kept[n] or {}).get("lost") is None]
    points = None if open_ones else exact(max(0.0, line.worth - lost))
    return Judged(None, points, [one for one in kept if one], reason)


def _bare(line: Line, fields: Fields, reason: str) -> Judged:
    """An item for which the plan prints points and no standard: the scorer says what is taken off, and why."""
    lost = number(fields.get("lost", ""), f"{name(line)}的扣分")
    if lost is None:
        return Judged(None, None, [], reason)
    if lost > line.worth:
        raise Rejected(f"{name(line)}最多扣{line.worth:g}分，不能扣{lost:g}分。")
    if lost and not reason:
        raise Rejected(f"{name(line)}扣了{lost:g}分，请写明扣分理由。")
    return Judged(None, exact(line.worth - lost), [{"bare": True, "lost": lost}], reason)


def _clause(line: Line, no: int, clause: Clause, fields: Fields) -> dict[str, Any] | None:
    """What was chosen for a clause and what it takes off (None: still to be said); None when nothing was chosen."""
    where = f"第{line.no}项“{clause.title}”"
    given = {word: number(fields.get(f"{word}-{no}", ""), where) for word in ("level", "deduct", "count", "rate")}
    if all(value is None for value in given.values()):
        return None
    if is_veto(clause):
        return answered_veto(no, where, clause.levels, given["level"])
    if given["rate"] is not None and given["rate"] > FULL_RATE:
        raise Rejected(f"{where}的百分比不能超过100。")
    level = int(given["level"]) if given["level"] is not None and given["level"] % 1 == 0 else None
    got = score(clause, count=given["count"], rate=given["rate"], level=level, deduct=given["deduct"])
    if isinstance(got, Refusal):
        raise Rejected(f"{where}：{got.why}")
    kept: dict[str, Any] = {"no": no, **{word: value for word, value in given.items() if value is not None}}
    return kept | {"lost": None if isinstance(got, tuple) else exact(max(0.0, (clause.points or 0.0) - got))}


def number(text: str, where: str) -> float | None:
    """A figure from a form, not negative; None when empty."""
    if not text.strip():
        return None
    try:
        value = float(text.strip())
    except ValueError:
        raise Rejected(f"{where}应填数字，不能填“{text.strip()[:20]}”。") from None
    if not 0 <= value <= MOST:
        raise Rejected(f"{where}的数字{text.strip()[:20]}不对，请核对。")
    return value


def _looked_at(line: Line, fields: Fields, reason: str) -> Judged:
    """A line without points: the person's word, which no measured figure may contradict."""
    measured, kept = _measured(line, fields)
    asked_for = [{**one, "field": no} for no, one in enumerate(line.thresholds)]
    by_figures = checklist.by_figures(checklist.Line(line.no, asked_for), measured)
    short = by_figures == checklist.Result.NOT_MET  # then the figures themselves say what is amiss
    said = fields.get("result", "")
    result = ScoreResult(said) if said in set(ScoreResult) else (BY_FIGURE[by_figures] if by_figures else None)
    if result == ScoreResult.MET and short:
        raise Rejected(f"第{line.no}项：{_short(line, measured)}，不能评为达标。")
    if result == ScoreResult.MET and by_figures is None and (missing := _missing(line, measured)):
        raise Rejected(f"{name(line)}评为达标须填写{missing}。")
    if result in (ScoreResult.PARTLY, ScoreResult.NOT_MET) and not short and not reason:
        raise Rejected(f"第{line.no}项评为{result.label}，请写明情况。")
    return Judged(result, None, kept, reason)


def _measured(line: Line, fields: Fields) -> tuple[dict[int, float], list[dict[str, Any]]]:
    """Figures by their place: one field may be asked for twice, each under a condition of its own."""
    found, kept = {}, []
    for no, one in enumerate(line.thresholds):
        value = number(fields.get(f"figure-{no}", ""), f"第{line.no}项“{one['field']}”")
        if value is not None:
            found[no] = value
            kept.append({"figure": no, "field": one["field"], "value": value})
    return found, kept


def _short(line: Line, measured: Mapping[int, float]) -> str:
    """The figures that fall short, in words."""
    return "、".join(
        f"{one['field']}{measured[no]:g}{one.get('unit', '')}，{asked(one)}"
        for no, one in enumerate(line.thresholds)
        if no in measured and not checklist.meets(one, measured[no])
    )


def _missing(line: Line, measured: Mapping[int, float]) -> str:
    open_ones = [one for no, one in enumerate(line.thresholds) if no not in measured and "condition" not in one]
    return "、".join(f"“{one['field']}”" for one in open_ones)


def asked(threshold: Mapping[str, Any]) -> str:
    """What a figure must keep to, as printed: 要求不少于200平方米."""
    unit, least, most = threshold.get("unit", ""), threshold.get("min"), threshold.get("max")
    words = [f"不少于{least:g}{unit}"] if least is not None else []
    words += [f"不超过{most:g}{unit}"] if most is not None else []
    return "要求" + "、".join(words)


def fields_of(result: ScoreResult | None, clauses: Sequence[Mapping[str, Any]], reason: str) -> dict[str, str]:
    """A kept answer as the fields of its form."""
    found = {"result": result.value if result else "", "reason": reason}
    for one in clauses:
        if "figure" in one:
            found[f"figure-{one['figure']}"] = f"{one['value']:.10g}"
        elif one.get("bare"):
            found["lost"] = f"{one['lost']:.10g}"
        else:
            found |= {f"{word}-{one['no']}": f"{one[word]:.10g}" for word in ("level", "deduct", "count", "rate")
                      if word in one}
    return {key: value for key, value in found.items() if value}


def in_words(line: Line, result: ScoreResult | None, points: float | None, reason: str) -> str:
    """An answer in one sentence, for lists, differences and conflicts."""
    if result is not None:
        said = result.label
    else:
        said = f"得{points:g}分（满分{line.worth:g}分）" if points is not None else "尚未答完"
    return f"{said}：{reason}" if reason else said
