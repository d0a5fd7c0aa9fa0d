"""The states and kinds of everything, each with the word officials use."""

from models.base import Word


class Role(Word):
    """What a person of the office may do."""

    HEAD = "head", "办公室主任"
    CLERK = "clerk", "经办人"
    TEAM_LEAD = "team_lead", "督察组组长"
    INSPECTOR = "inspector", "督察组成员"
    LEADER = "leader", "分管领导"
    AUDITOR = "auditor", "审计"


class StageKind(Word):
    """The steps of a cycle."""

    PREPARATION = "preparation", "组织筹备"
    SELF_CHECK = "self_check", "自查"
    ON_SITE_CHECK = "on_site_check", "实地督察"
    FEEDBACK = "feedback", "反馈"
    RECTIFICATION = "rectification", "整改"
    LOOK_BACK = "look_back", "回头看"
    HIGHER_INSPECTION = "higher_inspection", "迎接督察"
    DAILY = "daily", "日常"


class CycleState(Word):
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"


class StageState(Word):
    PLANNED = "planned", "未开始"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"


class UnitStageState(Word):
    """How one unit stands in one stage."""

    WAITING = "waiting", "未开始"
    ACTIVE = "active", "进行中"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    DONE = "done", "已完成"
    UNFINISHED = "unfinished", "到期未完成"
    NONE = "none", "无任务"


class AssignmentKind(Word):
    """What is asked, from a unit, a team or the office itself."""

    TASK = "task", "任务自查"
    CONTACT = "contact", "签收并确认联系人"
    SELF_CHECK_REPORT = "self_check_report", "自查报告"
    ON_SITE_FEEDBACK = "on_site_feedback", "现场反馈单"
    TEAM_REPORT = "team_report", "督察组报告"
    INSPECTION_REPORT = "inspection_report", "督察报告"
    FEEDBACK_LETTER = "feedback_letter", "印发督察反馈意见"
    FEEDBACK_RECEIPT = "feedback_receipt", "签收督察反馈意见"
    RECT_PLAN = "rect_plan", "整改方案"
    RECT_REPORT = "rect_report", "整改报告"
    PROBLEM = "problem", "问题整改"
    GOAL = "goal", "限前整改到位"
    OFFICE_TASK = "office_task", "办公室任务"
    MEASURE = "measure", "牵头任务"
    CO_LEAD = "co_lead", "共同牵头"
    SHARE = "share", "责任落实"
    PERIODIC = "periodic", "定期任务"
    QUOTA = "quota", "定量任务"
    FILING = "filing", "逢事报送"
    CONFIRMATION = "confirmation", "长期坚持确认"
    LOOK_BACK = "look_back", "回头看核查"


RECEIPTS = (AssignmentKind.CONTACT, AssignmentKind.FEEDBACK_RECEIPT)  # what is signed for, and then telephoned about


FROM_RECEIPT = "receipt"  # the anchor of a limit that runs from the day a unit signs
ANSWER = "answer"  # the ladder of a report whose days run from receipt
MEASURES = (AssignmentKind.MEASURE, AssignmentKind.CO_LEAD, AssignmentKind.SHARE)
DUTIES = (AssignmentKind.PERIODIC, AssignmentKind.QUOTA, AssignmentKind.FILING, AssignmentKind.CONFIRMATION)


class DutyKind(Word):
    """What calls a duty up again."""

    PERIOD = "period", "按周期"
    EVENT = "event", "逢事"
    EXPIRY = "expiry", "到期前"
    ONCE = "once", "一次性"
    STANDING = "standing", "长期坚持"


class LimitChange(Word):
    """Why a limit has a new version."""

    SET = "set", "设定"
    MOVED = "moved", "调整"
    EXTENDED = "extended", "延期"
    RESTARTED = "restarted", "重新起算"
    PAUSED = "paused", "暂停"
    RESUMED = "resumed", "恢复"
    RECOUNTED = "recounted", "按放假通知重算"


class AssignmentState(Word):
    PLANNED = "planned", "未开始"
    OPEN = "open", "待办"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    DONE = "done", "已办结"
    CANCELLED = "cancelled", "已取消"


class SubmissionState(Word):
    SUBMITTED = "submitted", "待审核"
    ACCEPTED = "accepted", "已受理"
    RETURNED = "returned", "已退回"


class ProblemSource(Word):
    SELF_CHECK = "self_check", "自查发现"
    ON_SITE = "on_site", "实地督察发现"
    HIGHER = "higher", "上级督察指出"


class ProblemState(Word):
    """The life of a problem until it is closed out."""

    FOUND = "found", "已发现"
    ISSUED = "issued", "已反馈"
    OBJECTED = "objected", "异议复核中"
    PLANNED = "planned", "整改中"
    REPORTED = "reported", "已报整改"
    RETURNED = "returned", "退回重改"
    VERIFIED = "verified", "已核实"
    LOOKED_BACK = "looked_back", "回头看通过"
    CLOSED = "closed", "已销号"
    WITHDRAWN = "withdrawn", "已撤销"
    CARRIED = "carried", "已结转"


class Move(Word):
    """What someone does to a problem."""

    ISSUE = "issue", "反馈"
    OBJECT = "object", "提出异议"
    UPHOLD = "uphold", "维持原意见"
    WITHDRAW = "withdraw", "撤销问题"
    PLAN = "plan", "报整改方案"
    REPORT = "report", "报整改情况"
    RETURN = "return", "退回"
    VERIFY = "verify", "核实"
    LOOK_BACK_PASS = "look_back_pass", "回头看通过"
    LOOK_BACK_FAIL = "look_back_fail", "回头看未通过"
    CLOSE_OUT = "close_out", "销号"
    REOPEN = "reopen", "重新打开"


class ExtensionState(Word):
    ASKED = "asked", "待批"
    APPROVED = "approved", "已同意"
    REFUSED = "refused", "未同意"


class VisitKind(Word):
    """Why a team goes to a unit: by the programme, once; or again, as often as needed."""

    PROGRAMME = "programme", "按日程"
    DAILY = "daily", "日常督导"
    SPOT = "spot", "抽查"
    KEY = "key", "重点督导"


class VisitState(Word):
    PLANNED = "planned", "已安排"
    DONE = "done", "已督察"
    FED_BACK = "fed_back", "已现场反馈"
    CANCELLED = "cancelled", "已取消"


class KeyUnitState(Word):
    """How a unit stands as a 重点督导对象."""

    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "重点督导中"
    REFUSED = "refused", "未批准"
    RELEASED = "released", "已解除"


class NoticeKind(Word):
    REMIND = "remind", "提醒"
    URGE = "urge", "催办"
    LETTER = "letter", "通知"
    PROGRAMME = "programme", "督察日程"
    ALERT = "alert", "系统告警"


class NoticeState(Word):
    PLANNED = "planned", "待发"
    SENT = "sent", "已发"
    CANCELLED = "cancelled", "已取消"
    FAILED = "failed", "发送失败"


class MessageState(Word):
    QUEUED = "queued", "待发"
    CLAIMED = "claimed", "发送中"
    SENT = "sent", "已发"
    FAILED = "failed", "失败待重试"
    DEAD = "dead", "多次失败"
    CANCELLED = "cancelled", "已取消"
    UNKNOWN = "unknown", "结果不明"


class Channel(Word):
    OUTBOX = "outbox", "站内发件箱"
    MAIL = "mail", "电子邮件"
    WEBHOOK = "webhook", "网络回调"
    WECOM = "wecom", "企业微信群机器人"
    WECOM_APP = "wecom_app", "企业微信应用消息"
    DINGTALK = "dingtalk", "钉钉群机器人"
    FEISHU = "feishu", "飞书群机器人"
    SMS = "sms", "短信"
    APPRISE = "apprise", "其他通知服务"


# channels that reach one person and nobody else, so that a code may go there; a robot speaks to a whole group
PERSONAL = frozenset({Channel.MAIL, Channel.SMS, Channel.WECOM_APP})


class LinkPurpose(Word):
    """What a unit's link opens."""

    PAGE = "page", "办理链接"
    FEED = "feed", "日历订阅"
    BEHALF = "behalf", "代为录入"


class ScoreResult(Word):
    """What a scorer found for one item, with or without points."""

    MET = "met", "达标"
    PARTLY = "partly", "部分达标"
    NOT_MET = "not_met", "未达标"
    NOT_APPLICABLE = "not_applicable", "不适用"


class IntakeState(Word):
    """An issued document on its way to becoming a plan."""

    OPEN = "open", "待确认"
    ADOPTED = "adopted", "已采用"
    DROPPED = "dropped", "已弃用"
