"""Who may do what: one table from acts to roles, asked by every action, every door and every button."""

from collections.abc import Iterable

from models.base import NotAllowed, Word
from models.words import Role
from rules.behalf import entered_by

UNIT, SYSTEM = "unit", "system"  # a unit by its link; the system on the clock
OFFICE = frozenset({Role.HEAD, Role.CLERK})
TEAM = frozenset({Role.TEAM_LEAD, Role.INSPECTOR})
FIELD = OFFICE | TEAM
HEADS = frozenset({Role.HEAD, Role.LEADER})
DESK = OFFICE | {Role.LEADER, Role.AUDITOR}
EVERYBODY = frozenset(Role)
SECOND_FACTOR = frozenset({Role.HEAD})  # who must have one where the installation asks for it


class Act(Word):
    """What somebody does here, in the office's words; each has its line in `ROLES`."""

    READ = "read", "查看督察工作和问题台账"
    READ_DESK = "read_desk", "查看办公室事务"
    READ_REFERRALS = "read_referrals", "查看移送追责"
    READ_AUDIT = "read_audit", "查看全部办理记录"
    OWN_SIGN_IN = "own_sign_in", "管理本人登录"
    MANAGE_PEOPLE = "manage_people", "管理人员和登录"
    SWITCH_CODE = "switch_code", "开关验证码"
    STEER = "steer", "启动、调整和结束督察周期"
    ADOPT = "adopt", "读入和采用方案"
    HOLIDAYS = "holidays", "写入放假安排"
    DUTY = "duty", "设定长期任务"
    REGISTER = "register", "登记办理情况"
    CONFIRM = "confirm", "确认办结"
    LIMIT = "limit", "设定时限"
    URGE = "urge", "催办"
    CANCEL = "cancel", "取消事项"
    UNITS = "units", "维护单位名录"
    CONTACT = "contact", "录入或更换联系人"
    LINK = "link", "生成办理链接"
    SEND = "send", "重发通知和处理提示"
    RELEASE_HOLD = "release_hold", "恢复发送"
    VISITS = "visits", "编排督察日程"
    EXCUSE = "excuse", "回避例外"
    MOVE_VISIT = "move_visit", "调整日程"
    ON_SITE = "on_site", "登记现场督察情况"
    LETTER = "letter", "印发督察反馈意见"
    LEDGER = "ledger", "登记问题"
    SHEET = "sheet", "收发离线台账"
    REVIEW = "review", "审核报送材料"
    ANSWER_STATEMENT = "answer_statement", "答复情况说明"
    BEHALF = "behalf", "代为录入"
    RECEIPT = "receipt", "登记签收"
    EXTENSION = "extension", "审批延期"
    PROPOSE_KEY = "propose_key", "提出重点督导对象"
    DECIDE_KEY = "decide_key", "批准重点督导对象"
    RELEASE_KEY = "release_key", "解除重点督导"
    DRAFT_STEP = "draft_step", "拟督办措施"
    DECIDE_STEP = "decide_step", "审批督办措施"
    DELIST = "delist", "摘牌"
    FINISH = "finish", "办结本组或本办事项"
    JUDGE_OBJECTION = "judge_objection", "复核异议"
    RETURN_PROBLEM = "return_problem", "退回整改"
    VERIFY = "verify", "核实整改"
    LOOK_BACK = "look_back", "回头看"
    PLAN_LOOK_BACK = "plan_look_back", "组织回头看"
    CLOSE_OUT = "close_out", "销号"
    REOPEN = "reopen", "重新打开问题"
    PAPER = "paper", "拟制公文"
    SIGN_PAPER = "sign_paper", "签发、作废公文"
    PAPER_FORM = "paper_form", "更换公文模板"
    PROPOSE_POINTS = "propose_points", "提出加分扣分建议"
    DECIDE_POINTS = "decide_points", "审定加分扣分建议"
    SWEEP = "sweep", "立即巡检"
    SEND_DOWN = "send_down", "向下级办公室下发方案"
    REPORT_UP = "report_up", "向上级办公室上报公文"
    RECEIVE_REPORT = "receive_report", "签收下级办公室上报的公文"
    SECOND_FACTOR = "second_factor", "管理本人动态口令"
    EXPORT_PERSON = "export_person", "导出个人信息"
    ERASE_PERSON = "erase_person", "清除个人信息"
    HAND_IN = "hand_in", "报送"
    ANSWER_FINDING = "answer_finding", "报整改、提异议"


ROLES: dict[Act, frozenset[str]] = {
    Act.READ: EVERYBODY, Act.READ_DESK: DESK, Act.READ_REFERRALS: HEADS,
    Act.READ_AUDIT: frozenset({Role.HEAD, Role.AUDITOR}), Act.OWN_SIGN_IN: EVERYBODY,
    Act.MANAGE_PEOPLE: frozenset({Role.HEAD}), Act.SWITCH_CODE: frozenset({Role.HEAD}),
    Act.STEER: OFFICE, Act.ADOPT: OFFICE, Act.HOLIDAYS: OFFICE, Act.DUTY: OFFICE, Act.REGISTER: OFFICE | {UNIT},
    Act.CONFIRM: OFFICE, Act.LIMIT: OFFICE, Act.UNITS: OFFICE, Act.CONTACT: OFFICE | {UNIT}, Act.LINK: OFFICE,
    Act.SEND: OFFICE, Act.RELEASE_HOLD: frozenset({Role.HEAD}),
    Act.VISITS: OFFICE, Act.EXCUSE: OFFICE, Act.MOVE_VISIT: FIELD, Act.ON_SITE: FIELD,
    Act.LETTER: OFFICE, Act.LEDGER: OFFICE, Act.SHEET: OFFICE | {UNIT}, Act.REVIEW: OFFICE, Act.BEHALF: OFFICE,
    Act.ANSWER_STATEMENT: OFFICE,
    Act.RECEIPT: OFFICE | {UNIT}, Act.EXTENSION: HEADS, Act.PROPOSE_KEY: OFFICE, Act.DECIDE_KEY: HEADS,
    Act.RELEASE_KEY: OFFICE | {Role.LEADER}, Act.DRAFT_STEP: OFFICE | {SYSTEM}, Act.DECIDE_STEP: HEADS,
    Act.DELIST: HEADS, Act.FINISH: FIELD, Act.JUDGE_OBJECTION: OFFICE, Act.RETURN_PROBLEM: OFFICE,
    Act.VERIFY: FIELD, Act.LOOK_BACK: FIELD, Act.PLAN_LOOK_BACK: OFFICE,
    Act.CLOSE_OUT: HEADS | OFFICE, Act.REOPEN: HEADS, Act.SWEEP: OFFICE,
    Act.URGE: OFFICE, Act.CANCEL: OFFICE, Act.PAPER: OFFICE | {SYSTEM}, Act.SIGN_PAPER: HEADS,
    Act.PAPER_FORM: frozenset({Role.HEAD}), Act.PROPOSE_POINTS: FIELD, Act.DECIDE_POINTS: HEADS,
    Act.SEND_DOWN: OFFICE, Act.REPORT_UP: OFFICE, Act.RECEIVE_REPORT: OFFICE,
    Act.SECOND_FACTOR: EVERYBODY, Act.EXPORT_PERSON: frozenset({Role.HEAD}), Act.ERASE_PERSON: frozenset({Role.HEAD}),
    Act.HAND_IN: OFFICE | {UNIT},  # the office only in a unit's name, by a link made for that
    Act.ANSWER_FINDING: frozenset({UNIT}),
}
WHO: tuple[tuple[frozenset[str], str], ...] = (  # the first that fits names them in a sentence
    (FIELD, "督察组成员或办公室"), (HEADS | OFFICE, "办公室或分管领导"), (OFFICE, "办公室主任或经办人"),
    (HEADS, "办公室主任或分管领导"), (DESK, "办公室、分管领导或审计"), (frozenset({UNIT}), "被督察单位"),
)


def may(role: str, act: Act) -> bool:
    """Whether a role may do this at all; the action itself looks at the row."""
    return role in ROLES[act]


def keeps_word(role: str) -> bool:
    """Who signs in by word even where everybody else comes by the identity provider: it may be down."""
    return role == Role.HEAD


def is_head(role: str) -> bool:
    """Whether this is a head: an office keeps at least one."""
    return role == Role.HEAD


def of_office(role: str) -> bool:
    """Whose scope is every unit and team of the office."""
    return role in OFFICE


def of_team(role: str) -> bool:
    """Whose scope may be a team: for members of it also those of the office."""
    return role in FIELD


def gets_digests(role: str) -> bool:
    """Who may be sent 周报 and 月报."""
    return role in HEADS


def needs_factor(role: str) -> bool:
    """Who must have a second factor where the installation asks for one."""
    return role in SECOND_FACTOR


def check(role: str, *acts: Act) -> None:
    """Refuse a role that may do none of these."""
    if not any(may(role, act) for act in acts):
        raise NotAllowed(f"{acts[0].label}须由{who(ROLES[acts[0]])}办理。")


def acts_of(role: str) -> list[str]:
    """What a role may do, in the office's words."""
    return [act.label for act, roles in ROLES.items() if role in roles]


def who(roles: frozenset[str]) -> str:
    """A set of roles as officials say it: 办公室主任或经办人."""
    people = roles - {UNIT, SYSTEM} or roles
    return next((words for known, words in WHO if known == people), "、".join(r.label for r in Role if r in people))


def other_hand(actor: str, first: Iterable[str], sentence: str) -> None:
    """The second key must be turned by another person than the first; names are unique in an office.

    Who entered something in a unit's name counts as the first: “联络员（经办甲代录）”.
    """
    if any(name == actor or entered_by(name, actor) for name in first if name):
        raise NotAllowed(sentence)
