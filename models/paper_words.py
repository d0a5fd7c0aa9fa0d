"""The states and kinds of papers, measures, look-backs and recurrence, each with the word officials use."""

from models.base import Word


class EscalationStep(Word):
    """The ladder after reminders, each step signed by a person."""

    SLIP = "slip", "督办单"
    TALK = "talk", "约谈"
    LISTED = "listed", "挂牌督办"
    CRITICISM = "criticism", "通报批评"
    REFERRAL = "referral", "移送追责"


class SlipColour(Word):
    """How pressing a 督办单 is; those written before there were colours have none."""

    BLUE = "blue", "蓝色"
    ORANGE = "orange", "橙色"
    RED = "red", "红色"


SLIPS = {SlipColour.BLUE: "蓝色督办单", SlipColour.ORANGE: "橙色督办单", SlipColour.RED: "红色督办单"}


class ReferralUse(Word):
    """What a transferred matter is to be used for."""

    DISCIPLINE = "discipline", "纪检线索"
    ASSESSMENT = "assessment", "目标考核"
    EXAMPLE = "example", "典型"
    FAULT = "fault", "过错追究"


class EscalationState(Word):
    DRAFT = "draft", "草稿待批"
    APPROVED = "approved", "已批准"
    DROPPED = "dropped", "不予采取"
    DELISTED = "delisted", "已摘牌"
    DONE = "done", "已办结"


class PaperKind(Word):
    """Which official paper it is."""

    FEEDBACK = "feedback", "督察反馈意见"
    OPINION = "opinion", "行政执法监督意见书"
    SLIP = "slip", "督办单"
    TALK = "talk", "约谈通知书"
    LISTING = "listing", "挂牌督办通知书"
    DELISTING = "delisting", "摘牌通知书"
    CRITICISM = "criticism", "通报"
    RESULTS = "results", "督察情况通报"
    REPORT = "report", "督察报告"
    BRIEF = "brief", "督察专报"
    EVALUATION = "evaluation", "阶段评估报告"
    PROPOSALS = "proposals", "加分扣分建议"
    REFERRAL = "referral", "问题线索移送单"
    RECT_LEDGER = "rect_ledger", "整改台账"
    TASK_LEDGER = "task_ledger", "任务台账"
    SCORE_SHEET = "score_sheet", "打分表"
    PHONE_LIST = "phone_list", "未签收电话联系单"
    PROOF = "proof", "催办凭证"
    BURDEN = "burden", "基层负担情况表"
    DIGEST_WEEK = "digest_week", "督察周报"
    DIGEST_MONTH = "digest_month", "督察月报"


class PaperState(Word):
    """How a version of a paper stands."""

    DRAFT = "draft", "草稿"
    ISSUED = "issued", "已印发"
    REPLACED = "replaced", "已被新版替代"
    VOID = "void", "作废"


class LookBackWay(Word):
    """How a closed matter is looked at again."""

    PAPER = "paper", "书面核查"
    ON_SITE = "on_site", "实地核查"


class LookBackState(Word):
    PLANNED = "planned", "待核查"
    PASSED = "passed", "核查属实"
    FAILED = "failed", "未通过"
    SKIPPED = "skipped", "未抽中"
    DROPPED = "dropped", "未及核查已结转"


class RecurState(Word):
    """Whether a problem is one that was closed out within the twelve months before; a person says so, never a rule."""

    PROPOSED = "proposed", "疑似重复发生"
    CONFIRMED = "confirmed", "重复发生"
    REFUSED = "refused", "不属重复发生"
