"""The papers of the ladder beyond reminders: slips in three colours, summons, listings, circulars, transfers."""

from models.paper_words import PaperKind
from papers.form import Form
from papers.templates import steps

MATTER = {"unit": "责任单位", "matter": "督办事项", "facts": "办理情况"}
STEPS: dict[PaperKind, Form] = {
    PaperKind.SLIP: Form(MATTER | {"colour": "颜色", "demand": "督办要求"}, steps.slip),
    PaperKind.TALK: Form(
        MATTER | {"when": "约谈时间", "where": "约谈地点", "whom": "约谈对象", "host": "约谈人"}, steps.talk,
    ),
    PaperKind.LISTING: Form(MATTER | {"demand": "督办要求"}, steps.listing),
    PaperKind.DELISTING: Form(
        {"unit": "责任单位", "matter": "督办事项", "listed": "挂牌情况", "verified": "核实情况"}, steps.delisting,
    ),
    PaperKind.CRITICISM: Form(MATTER | {"demand": "有关要求"}, steps.criticism),
    PaperKind.REFERRAL: Form(MATTER | {"receiver": "受理单位", "use": "移送用途"}, steps.referral),
}
