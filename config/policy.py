"""The rules an office may set for a cycle; the cycle keeps its own frozen copy from the day it opens."""

from datetime import time

from pydantic import BaseModel, ConfigDict, Field


class Ladder(BaseModel):
    """When one kind of duty is chased: days before the limit, workdays after it."""

    model_config = ConfigDict(frozen=True)

    before: tuple[int, ...] = Field((7, 3, 1, 0), description="截止前第几天提醒（遇休息日提前到上一工作日）")
    after: tuple[int, ...] = Field((1, 3), description="逾期后第几个工作日催办")
    draft_after: int | None = Field(4, description="逾期后第几个工作日拟督办单草稿；空则不拟")


class Rung(BaseModel):
    """One rung above the reminders: what proposes it, who may sign it, what it gives, how often a unit may meet it.

    Days are workdays except `within`; returns and refusals are counted since the rung before was taken.
    """

    model_config = ConfigDict(frozen=True)

    step: str = Field(description="督办措施：slip、talk、listed、criticism、referral")
    colour: str = Field("", description="督办单的颜色：blue、orange、red")
    past: int | None = Field(None, description="逾期后第几个工作日提出；首级空着则按该类事项的“拟督办单”日")
    unanswered: int | None = Field(None, description="上一级措施之后（有限期的，限期之后）几个工作日仍未报送")
    returned: int | None = Field(None, description="上一级措施以来被退回几次")
    refused: int | None = Field(None, description="上一级措施以来回头看未通过、重新打开几次")
    signs: tuple[str, ...] = Field(("head", "leader"), description="谁可审批")
    limit: int | None = Field(None, description="审批时未写限期的，给几个工作日；空则不改时限")
    most: int = Field(1, description="一个单位在 within 天内最多几次")
    within: int = Field(30, description="上限按最近多少天计")


BY_LEADER = ("leader",)
RUNGS = (
    Rung(step="slip", colour="blue", returned=2, refused=1, limit=5, most=3),
    Rung(step="slip", colour="orange", unanswered=3, returned=1, refused=1, limit=5, most=2),
    Rung(step="slip", colour="red", unanswered=3, returned=1, refused=1, limit=3),
    Rung(step="talk", unanswered=3, returned=1, refused=1, limit=5),
    Rung(step="listed", unanswered=5, returned=1, refused=1, signs=BY_LEADER, limit=10, within=90),
    Rung(step="criticism", unanswered=5, returned=1, refused=1, signs=BY_LEADER, limit=5, within=90),
    Rung(step="referral", unanswered=10, refused=1, signs=BY_LEADER, within=180),
)


class Policy(BaseModel):
    """Ladders and limits of a cycle."""

    model_config = ConfigDict(frozen=True)

    duty: Ladder = Ladder()
    answer: Ladder = Field(Ladder(before=(10, 3, 1, 0)), description="自签收之日起计算的整改报告、情况报告")
    receipt: Ladder = Field(Ladder(before=(0,), after=(), draft_after=None), description="签收：到期催一次，再转电话")
    goal: Ladder = Field(Ladder(before=(14, 7, 3, 1, 0), after=(), draft_after=None), description="随上级督察日期倒排")
    sheet: Ladder = Field(Ladder(before=(), after=(1,), draft_after=None), description="现场反馈单：当晚提醒，次日催")
    periodic: Ladder = Field(Ladder(before=(14, 7, 3, 1, 0)), description="定期任务")
    quota: Ladder = Field(Ladder(before=(184, 61, 16, 3, 0)), description="定量任务：年中、10月底、12月中旬按进度提醒")
    filing: Ladder = Field(Ladder(before=(5, 1, 0)), description="逢事报送")
    confirmation: Ladder = Field(
        Ladder(before=(7, 0), after=(), draft_after=None), description="长期坚持的每年确认：不催办、不作逾期"
    )
    roll_off_rest_days: bool = Field(True, description="自某事之日起计算的期限，末日为休息日的顺延到其后第一个工作日")
    receipt_workdays: int = Field(2, description="收到后几个工作日内签收、确认联系人")
    return_workdays: int = Field(3, description="退回时原时限已过的，默认再给几个工作日")
    programme_workdays: int = Field(2, description="实地督察前几个工作日通知被督察单位")
    slot_workdays: int = Field(5, description="按年度周次安排督察的，提前几个工作日通知")
    send_from: time = Field(time(9, 0), description="每日通知最早时刻")
    send_until: time = Field(time(18, 0), description="每日通知最晚时刻")
    messages_a_day: int = Field(3, description="手工催办时，一人一日最多收到几条通知；到数的不再催")
    unit_messages_a_day: int = Field(3, description="一人一日最多自动收到几条通知；超出的并入次日")
    evening: time = Field(time(17, 0), description="现场反馈单缺失时提醒督察组的时刻")
    content_share: float = Field(0.6, description="自查报告中问题与整改措施的最低篇幅")
    rungs: tuple[Rung, ...] = Field(RUNGS, description="催办之后的督办措施，逐级提出，由人审批")
    look_back_required: bool = Field(True, description="销号前必须经过回头看")

    def ladder(self, kind: str, before: list[int] | None = None) -> Ladder:
        """The ladder of a kind of assignment; `before` are the days a person set for this one."""
        special = {
            "answer": self.answer, "contact": self.receipt, "feedback_receipt": self.receipt,
            "goal": self.goal, "on_site_feedback": self.sheet, "periodic": self.periodic, "quota": self.quota,
            "filing": self.filing, "confirmation": self.confirmation,
        }
        found = special.get(kind, self.duty)
        return found.model_copy(update={"before": tuple(before)}) if before else found
