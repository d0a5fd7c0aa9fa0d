"""Which act stands behind every address: posts that are not written down here are closed to everybody.

A new page that posts adds its line to `DOORS` (`{}` for what varies); one that not everybody may read adds its line to
`READING`. tests/web/test_roles.py walks them all. The actions behind the doors ask the same table again.
"""

import re

from rules.roles import Act, may

DOORS: dict[str, tuple[Act, ...]] = {
    "/alerts/{}/read": (Act.SEND,), "/outbox/{}/again": (Act.SEND,), "/outbox/{}/delivered": (Act.SEND,),
    "/outbox/release": (Act.RELEASE_HOLD,), "/runs/sweep": (Act.SWEEP,),
    "/calendar": (Act.READ_DESK,), "/calendar/write": (Act.HOLIDAYS,),  # the first only shows what would move
    "/cycles": (Act.STEER,), "/cycles/{}/stages/{}": (Act.STEER,), "/cycles/{}/stages/{}/open": (Act.STEER,),
    "/cycles/{}/look-back": (Act.PLAN_LOOK_BACK,), "/cycles/{}/carry-over": (Act.STEER,),
    "/team/look-backs/{}": (Act.LOOK_BACK,), "/problems/{}/recurs": (Act.LEDGER,),
    "/cycles/{}/close": (Act.STEER,), "/cycles/{}/feedback/{}": (Act.LETTER,),
    "/cycles/{}/report": (Act.PAPER,), "/cycles/{}/report/send": (Act.SEND,),
    "/cycles/{}/report/minutes": (Act.PAPER,), "/cycles/{}/report/evaluations": (Act.LIMIT,),
    "/sessions/digests": (Act.OWN_SIGN_IN,), "/people/{}/digests": (Act.MANAGE_PEOPLE,),
    "/cycles/{}/points": (Act.PROPOSE_POINTS,), "/cycles/{}/points/{}": (Act.DECIDE_POINTS,),
    "/cycles/{}/points/paper": (Act.PAPER,), "/cycles/{}/points/paper/{}/issue": (Act.SIGN_PAPER,),
    "/cycles/{}/ledger": (Act.SHEET,), "/cycles/{}/ledger/{}": (Act.SHEET,),
    "/cycles/{}/teams": (Act.VISITS,), "/cycles/{}/teams/{}/homes": (Act.VISITS,),
    "/cycles/{}/visits/plan": (Act.VISITS,), "/cycles/{}/visits/{}/excuse": (Act.EXCUSE,),
    "/cycles/{}/visits/{}/feedback": (Act.ON_SITE,), "/cycles/{}/visits/{}/problem": (Act.ON_SITE,),
    "/cycles/{}/visits/{}/move": (Act.MOVE_VISIT,),
    "/cycles/{}/teams/{}/members": (Act.VISITS,), "/cycles/{}/visits/{}/scorers": (Act.VISITS,),
    **dict.fromkeys(("/team/visits/{}/" + act for act in (
        "arrive", "scores", "photos", "problems", "problems/{}/fix", "hand-in", "settle", "sheet",
    )), (Act.ON_SITE,)),
    "/team/reports/{}": (Act.FINISH,), "/team/reports/{}/accept": (Act.REVIEW,),
    "/team/reports/{}/return": (Act.REVIEW,),
    "/cycles/{}/rect-ledger": (Act.PAPER,), "/cycles/{}/task-ledger": (Act.PAPER,),
    "/plans/{}/task-ledger": (Act.PAPER,),
    "/cycles/{}/visits/{}/score-sheet": (Act.PAPER,), "/phone-list": (Act.PAPER,), "/burden": (Act.PAPER,),
    "/units/{}/proof": (Act.PAPER,), "/items/{}/proof": (Act.PAPER,),
    "/draws": (Act.VISITS,), "/draws/{}/visits": (Act.VISITS,),
    "/duties": (Act.DUTY,), "/duties/{}/end": (Act.DUTY,), "/duties/{}/republish": (Act.DUTY,),
    "/duties/{}/entries": (Act.REGISTER,), "/duties/{}/events": (Act.REGISTER,),
    "/escalations": (Act.DRAFT_STEP,), "/escalations/{}": (Act.DECIDE_STEP,), "/escalations/{}/delist": (Act.DELIST,),
    "/escalations/{}/complete": (Act.DRAFT_STEP,), "/escalations/{}/receipt": (Act.RECEIPT,),
    "/escalations/{}/key-unit": (Act.PROPOSE_KEY,), "/escalations/{}/export": (Act.READ_REFERRALS,),
    "/extensions/{}": (Act.EXTENSION,),
    "/groups": (Act.UNITS,), "/groups/{}/join": (Act.UNITS,),
    "/intake": (Act.ADOPT,), "/intake/{}/adopt": (Act.ADOPT,), "/intake/{}/answers": (Act.ADOPT,),
    "/intake/{}/drop": (Act.ADOPT,), "/intake/{}/fill": (Act.ADOPT,), "/intake/{}/group": (Act.ADOPT,),
    "/intake/{}/units": (Act.ADOPT,), "/plans": (Act.ADOPT,),
    "/items/entries/{}/withdraw": (Act.REGISTER,), "/items/{}/confirm": (Act.CONFIRM,),
    "/items/{}/return": (Act.CONFIRM,), "/items/{}/finish": (Act.FINISH,),
    "/items/{}/limit": (Act.LIMIT,), "/items/{}/pause": (Act.LIMIT,),
    "/items/{}/restart": (Act.LIMIT,), "/items/{}/resume": (Act.LIMIT,),
    "/key-units/{}/decide": (Act.DECIDE_KEY,), "/key-units/{}/release": (Act.RELEASE_KEY,),
    "/rehearsal": (Act.STEER,), "/rehearsal/stop": (Act.STEER,),
    "/ledger": (Act.LEDGER,), "/receipts/{}": (Act.RECEIPT,),
    "/problems/{}/move": (
        Act.VERIFY, Act.LOOK_BACK, Act.CLOSE_OUT, Act.REOPEN, Act.RETURN_PROBLEM, Act.JUDGE_OBJECTION,
    ),
    "/papers/{}/issue": (Act.SIGN_PAPER, Act.PAPER), "/papers/{}/void": (Act.SIGN_PAPER,),
    "/papers/{}/again": (Act.PAPER,), "/cycles/{}/opinion/{}": (Act.LETTER,),
    **dict.fromkeys(("/papers/settings/details", "/papers/settings/numbers/{}", "/papers/settings/forms/{}",
                     "/papers/settings/forms/{}/default"), (Act.PAPER_FORM,)),
    "/work/bulk": (Act.URGE, Act.LIMIT, Act.EXTENSION, Act.CANCEL),
    "/work/bulk/do": (Act.URGE, Act.LIMIT, Act.EXTENSION, Act.CANCEL),
    "/submissions/{}/accept": (Act.REVIEW,), "/submissions/{}/return": (Act.REVIEW,),
    "/statements/{}/answer": (Act.ANSWER_STATEMENT,),
    "/units": (Act.UNITS, Act.CONTACT), "/units/{}/contact": (Act.CONTACT,),
    **dict.fromkeys(("/contacts/{}", "/contacts/{}/try", "/contacts/{}/resume"), (Act.CONTACT,)),
    "/units/{}/key": (Act.PROPOSE_KEY,),
    "/units/{}/behalf": (Act.BEHALF,), "/units/{}/letter": (Act.LINK,), "/units/{}/links/{}/revoke": (Act.LINK,),
    "/units/{}/short/{}/revoke": (Act.LINK,), "/codes": (Act.SWITCH_CODE,),
    "/units/{}/link": (Act.LINK,), "/units/{}/merge": (Act.UNITS,), "/units/{}/rename": (Act.UNITS,),
    "/people": (Act.MANAGE_PEOPLE,), "/people/{}": (Act.MANAGE_PEOPLE,), "/people/{}/active": (Act.MANAGE_PEOPLE,),
    "/people/{}/word": (Act.MANAGE_PEOPLE,), "/people/{}/identity": (Act.MANAGE_PEOPLE,),
    "/people/{}/sessions/end": (Act.MANAGE_PEOPLE,),
    "/below/plans": (Act.SEND_DOWN,), "/below/reports/{}": (Act.RECEIVE_REPORT,),
    "/plans/sent/{}/adopt": (Act.ADOPT,), "/plans/sent/{}/aside": (Act.ADOPT,), "/papers/{}/report": (Act.REPORT_UP,),
    "/sessions/{}/end": (Act.OWN_SIGN_IN,), "/sessions/end-others": (Act.OWN_SIGN_IN,),
    **dict.fromkeys(("/second-factor", "/second-factor/confirm", "/second-factor/codes", "/second-factor/end"),
                    (Act.SECOND_FACTOR,)),
    "/people/{}/second-factor/end": (Act.MANAGE_PEOPLE,),
    "/word": (Act.OWN_SIGN_IN,), "/confirm": (Act.OWN_SIGN_IN,),
}
UNIT_DOORS: dict[str, Act] = {  # behind a link; the link itself is the key
    "/u/{}/step/{}/sign": Act.RECEIPT,
    "/u/{}/sign": Act.RECEIPT, "/u/{}/contact": Act.CONTACT, "/u/{}/fresh": Act.CONTACT,
    "/u/{}/files": Act.HAND_IN, "/u/{}/state/{}": Act.HAND_IN,
    "/u/{}/check/{}": Act.HAND_IN,
    "/u/{}/draft/{}": Act.HAND_IN, "/u/{}/item/{}": Act.HAND_IN, "/u/{}/tasks/{}": Act.HAND_IN,
    "/u/{}/extend/{}": Act.HAND_IN, "/u/{}/ledger": Act.SHEET, "/u/{}/ledger/{}": Act.SHEET,
    "/u/{}/plan/{}": Act.ANSWER_FINDING, "/u/{}/problem/{}/report": Act.ANSWER_FINDING,
    "/u/{}/problem/{}/object": Act.ANSWER_FINDING, "/u/{}/item/{}/entry": Act.REGISTER,
    "/u/{}/entry/{}/withdraw": Act.REGISTER, "/u/{}/event/{}": Act.REGISTER,
    "/u/{}/feed": Act.CONTACT, "/u/{}/feed/{}/revoke": Act.CONTACT,
}
OPEN = frozenset({"/login", "/login/code", "/logout", "/language", "/k"})  # posts that need nobody signed in
READING: dict[str, Act] = dict.fromkeys(
    ("/submissions", "/extensions", "/escalations", "/outbox", "/outbox/{}", "/runs", "/duties",
     "/duties/new", "/duties/reading", "/duties/{}", "/draws", "/draws/new", "/draws/{}", "/intake/{}",
     "/cycles/new", "/cycles/{}/feedback", "/cycles/{}/ledger", "/rehearsal", "/statistics", "/statistics.xlsx",
     "/statistics/{}.csv", "/leader", "/today/sent", "/first-steps", "/statements",
     "/sheets", "/sheets/{}", "/burden", "/below",
     "/below/reports/{}", "/contacts", "/contacts/{}", "/watch", "/watch/{}",
     "/cycles/{}/report", "/cycles/{}/report/send", "/digests",
     "/papers", "/papers/{}", "/papers/{}/download", "/papers/register", "/papers/register.xlsx"), Act.READ_DESK,
) | dict.fromkeys(
    ("/papers/settings", "/papers/settings/forms/{}"), Act.PAPER_FORM,
) | dict.fromkeys(
    ("/cycles/{}/look-back/new",), Act.PLAN_LOOK_BACK,
) | dict.fromkeys(("/cycles/{}/carry-over",), Act.STEER) | dict.fromkeys(
    ("/cycles/{}/ledger.xlsx", "/cycles/{}/ledger/{}", "/cycles/{}/ledger/{}/wrong.xlsx"), Act.SHEET,
) | {"/events": Act.READ_AUDIT, "/events.csv": Act.READ_AUDIT}
# the word must have been given lately
FRESH = frozenset({Act.MANAGE_PEOPLE, Act.SECOND_FACTOR, Act.SWITCH_CODE, Act.CONTACT})
KEY = re.compile(r"(?<=/)[0-9a-f]{8}-[0-9a-f-]{27}(?=/|$)")
VARIES = re.compile(r"\{[^}]*\}")


def plain(template: str) -> str:
    """A route's template with `{}` for whatever varies."""
    return VARIES.sub("{}", template)


def acts_at(method: str, template: str) -> tuple[Act, ...]:
    """The acts behind an address; none for a post that is not written down."""
    if method in ("GET", "HEAD"):
        return (READING.get(plain(template), Act.READ),)
    return DOORS.get(plain(template), ())


def may_open(role: str, path: str) -> bool:
    """Whether a role may read a page, for the menu."""
    return may(role, READING.get(KEY.sub("{}", path), Act.READ))
