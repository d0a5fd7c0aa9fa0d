"""The ladder beyond reminders (方案“强化责任落实”条): what proposes which rung; only a person takes it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from config.policy import Rung
from config.workdays import Calendar
from models.base import NotAllowed, Rejected
from models.paper_words import SLIPS, EscalationState, EscalationStep, ReferralUse, SlipColour
from models.words import Role
from rules import workday
from rules.roles import Act, check, other_hand

ORDER = list(EscalationStep)
RESTRICTED = frozenset({EscalationStep.REFERRAL})
TERMS: dict[EscalationStep, dict[str, str]] = {  # what a step cannot be taken without
    EscalationStep.TALK: {"when": "约谈时间", "where": "约谈地点", "whom": "约谈对象", "host": "约谈人"},
    EscalationStep.REFERRAL: {"use": "移送用途", "receiver": "受理单位"},
}
NOTE: dict[EscalationStep, dict[str, str]] = {  # what completes a step
    EscalationStep.TALK: {"held_on": "约谈日期", "present": "参加人员", "said": "约谈内容"},
}
RESULT = {"result": "办结情况"}


@dataclass(frozen=True)
class Taken:
    """A rung that was approved: which, when, and how it is called with its number."""

    step: EscalationStep
    colour: str
    at: datetime
    on: date
    called: str


@dataclass(frozen=True)
class Matter:
    """How one matter stands on a day, before anything is proposed.

    `chased` says that reminders went out or had nobody to go to; `draft_after` are the workdays its kind of duty leaves
    before the first rung (None: this kind is never escalated); `dropped` are the grounds a leader has refused.
    """

    due_on: date | None
    draft_after: int | None
    chased: bool = True
    sent_back: bool = False
    returns: tuple[datetime, ...] = ()
    refusals: tuple[datetime, ...] = ()
    taken: tuple[Taken, ...] = ()
    dropped: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Proposal:
    """The rung whose turn it is, why in words, and the ground: the same ground is not proposed again once refused."""

    rung: Rung
    why: str
    ground: str


def step_of(rung: Rung) -> EscalationStep:
    return EscalationStep(rung.step)


def called(step: EscalationStep, colour: str = "") -> str:
    """A step as officials say it: 蓝色督办单."""
    return SLIPS[SlipColour(colour)] if colour else step.label


def name_of(rung: Rung) -> str:
    return called(step_of(rung), rung.colour)


def place_of(rungs: Sequence[Rung], step: EscalationStep, colour: str = "") -> int:
    """Where a step stands on the ladder; a slip from before there were colours stands for all slips, a step that this
    ladder does not have for the ones below it."""
    exact = [n for n, rung in enumerate(rungs) if step_of(rung) == step and (rung.colour == colour or not colour)]
    below = [n for n, rung in enumerate(rungs) if ORDER.index(step_of(rung)) < ORDER.index(step)]
    return max(exact or below or [-1])


def reached(rungs: Sequence[Rung], taken: Collection[Taken]) -> int:
    """How many rungs lie at or below the highest one taken."""
    return max((place_of(rungs, one.step, one.colour) + 1 for one in taken), default=0)


def next_rung(rungs: Sequence[Rung], taken: Collection[Taken]) -> Rung | None:
    """The rung after the highest one taken."""
    at = reached(rungs, taken)
    return rungs[at] if at < len(rungs) else None


def chosen_rung(rungs: Sequence[Rung], taken: Collection[Taken], step: EscalationStep, colour: str = "") -> Rung:
    """The rung a person means; of the slips without a colour the next one, at the end the last."""
    fitting = [rung for rung in rungs if step_of(rung) == step and rung.colour in (colour or rung.colour,)]
    if not fitting:
        raise Rejected(f"本督察周期的督办措施中没有“{called(step, colour)}”。")
    ahead = [rung for rung in fitting if rungs.index(rung) >= reached(rungs, taken)]
    return (ahead or fitting[-1:])[0]


def check_rung(rungs: Sequence[Rung], taken: Collection[Taken], rung: Rung, reason: str) -> None:
    """Rungs are taken in order; leaving one out needs a reason."""
    left_out = rungs[reached(rungs, taken):rungs.index(rung)]
    if left_out and not reason.strip():
        raise Rejected(f"跳过“{'、'.join(map(name_of, left_out))}”直接{name_of(rung)}，须写明理由。")


def proposed(matter: Matter, rungs: Sequence[Rung], day: date, calendar: Calendar) -> Proposal | None:
    """The next rung if something speaks for it on `day`; never two rungs on the same ground."""
    rung = next_rung(rungs, matter.taken)
    if rung is None or matter.draft_after is None:
        return None
    ground = ground_of(rungs, rung, matter)
    last = max(matter.taken, key=lambda one: one.at, default=None)
    why = _late(matter, rung, last, day, calendar) or _sent_back(matter, rung, last)
    return Proposal(rung, why, ground) if why and ground not in matter.dropped else None


def ground_of(rungs: Sequence[Rung], rung: Rung, matter: Matter) -> str:
    """What a proposal stands on: a new limit, a further return or refusal is a new ground."""
    return f"{rungs.index(rung)}:{matter.due_on}:{len(matter.returns)}:{len(matter.refusals)}"


def _late(matter: Matter, rung: Rung, last: Taken | None, day: date, calendar: Calendar) -> str:
    """Past the limit for so long, or the rung before left unanswered for so long (its own limit counted out first)."""
    if matter.due_on is None or matter.due_on >= day or not matter.chased:
        return ""
    past = rung.past if rung.past is not None else (None if last else matter.draft_after)
    if past is not None and day >= workday.add(matter.due_on, past, calendar):
        return "经提醒、催办仍未完成" if last is None else f"{last.called}之后仍未完成"
    if last and rung.unanswered is not None:
        since = max(last.on, matter.due_on)
        if day >= workday.add(since, rung.unanswered, calendar):
            return f"{last.called}之后满{rung.unanswered}个工作日仍未报送"
    return ""


def _sent_back(matter: Matter, rung: Rung, last: Taken | None) -> str:
    """Sent back, or found not put right, so often since the rung before; what has come in again is not counted."""
    if not matter.sent_back:
        return ""
    refused, returned = (
        sum(last is None or at > last.at for at in moments) for moments in (matter.refusals, matter.returns)
    )
    since = f"{last.called}之后" if last else ""
    if rung.refused is not None and refused >= rung.refused:
        return f"{since}经回头看或复查{refused}次未通过，整改不到位"
    if rung.returned is not None and returned >= rung.returned:
        return f"{since}报送材料被退回{returned}次，整改敷衍"
    return ""


def rule_words(rung: Rung, draft_after: int | None, first: bool) -> str:
    """What proposes a rung, in one sentence for the page."""
    past = rung.past if rung.past is not None else (draft_after if first else None)
    before = "" if first else "上一级措施之后"
    told = (
        (past, f"逾期后第{past}个工作日仍未完成"), (rung.unanswered, f"{before}满{rung.unanswered}个工作日仍未报送"),
        (rung.returned, f"{before}被退回{rung.returned}次"),
        (rung.refused, f"{before}回头看未通过或重新打开{rung.refused}次"),
    )
    return "，或".join(words for figure, words in told if figure is not None) + "的，提出" + name_of(rung)


def cap_words(rung: Rung) -> str:
    """How often a unit may meet a rung."""
    return f"{rung.within}天内最多{rung.most}次"


def check_cap(rung: Rung, count: int, unit: str) -> None:
    """`count` of this rung lie on the unit already, waiting drafts among them."""
    if count >= rung.most:
        raise NotAllowed(full_words(rung, count, unit))


def full_words(rung: Rung, count: int, unit: str) -> str:
    """Why nothing more of this rung is proposed."""
    return f"{unit}近{rung.within}天已有{name_of(rung)}{count}次（含待批），达到上限{rung.most}次，不再提出。"


def check_decision(
    role: str, drafted_by: str, actor: str, state: EscalationState, signs: Collection[str] = (), name: str = ""
) -> None:
    """Only a head or leader (of a rung: whom it names) decides on a draft, once, and not on an own draft."""
    if state != EscalationState.DRAFT:
        raise NotAllowed(f"此件已处理：{state.label}。")
    check(role, Act.DECIDE_STEP)
    if signs and role not in signs:
        raise NotAllowed(f"{name}须由{'或'.join(Role(one).label for one in signs)}审批。")
    other_hand(actor, [drafted_by], "本人拟稿的，须由另一人审批。")


def check_terms(step: EscalationStep, terms: dict[str, str]) -> None:
    """A step is approved only with everything its paper must say."""
    lacking = [name for key, name in TERMS.get(step, {}).items() if not terms.get(key, "").strip()]
    if lacking:
        raise Rejected(f"请填写{'、'.join(lacking)}后再批准。")
    if step in RESTRICTED and terms["use"] not in set(ReferralUse):
        raise Rejected(f"移送用途须为：{'、'.join(use.label for use in ReferralUse)}。")


def check_note(step: EscalationStep, note: dict[str, str]) -> None:
    """A step is completed only with a record: of a talk who came and what was said, of others how it ended."""
    lacking = [name for key, name in NOTE.get(step, RESULT).items() if not note.get(key, "").strip()]
    if lacking:
        raise Rejected(f"请填写{'、'.join(lacking)}后再办结。")
