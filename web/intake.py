"""歧义确认: an issued document beside its open questions; answers are kept bit by bit, then it becomes a plan."""

from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from actions import intake as intakes
from actions.enrol import enrol_units
from actions.intake_desk import NAME, Asked, Desk, desk_of
from actions.keep_evidence import Upload
from actions.name_units import set_group
from actions.record import Actor
from config.workdays import official
from models import lists
from models.base import Refused, Rejected
from models.database import Session, fetch, reading, transaction
from models.intake import Intake
from models.unit import Unit
from models.unit_names import groups_of
from plans.answers import Answers
from plans.issued_draft import LEAVE
from plans.limit import read_limit
from plans.readers.decomposition.chosen import bearing
from rules.deadline import Deadline
from web.forms import key_of, number, texts, uploads
from web.guard import Me
from web.intake_handovers import handed
from web.intake_paper import anchor_of, blocks_of, of_head, places, taken_in
from web.page import render
from web.status import status_of

router = APIRouter(prefix="/intake")
FIRST_YEAR = 1949
OTHER = "__other__"  # the radio beside a field of one's own
ORIGINS = {"printed": ("印出", ""), "inherited": ("沿用", "blue"), "ambiguous": ("待确认", "yellow")}


@router.post("")
async def upload(request: Request, me: Me) -> Response:
    """Take a file in; its documents then wait for answers."""
    files = await uploads(await request.form(), "file")
    if not files:
        raise Rejected("请选择印发的文件。")
    return await run_in_threadpool(_take_in, me, files[0])


def _take_in(me: Actor, file: Upload) -> Response:
    with transaction() as session:
        rows = intakes.take_in(session, me, file.name, file.data)
    return RedirectResponse(f"/intake/{rows[0].id}" if len(rows) == 1 else "/plans", 303)


@router.get("/{key:uuid}")
def page(request: Request, me: Me, key: UUID) -> Response:
    return _page(request, me, key, Answers())


@dataclass(frozen=True)
class Shown:
    """What the page says beside the paper: a refusal, a note, the name that a group is being made of."""

    error: Refused | None = None
    note: str = ""
    group: str = ""
    members: frozenset[str] = frozenset()


def _page(request: Request, me: Actor, key: UUID, typed: Answers, shown: Shown | None = None) -> Response:
    """The paper and its questions, with what was typed and not yet saved."""
    shown = shown or Shown()
    with reading() as session:
        row = fetch(session, Intake, key, me.office_id)
        desk, shown = _desk(session, row, typed, shown)
        units = [unit for unit in lists.units_of(session, me.office_id) if unit.active]
        groups = [group.name for group, _ in groups_of(session, me.office_id)]
        saved = desk_of(session, row).open if typed.choices or typed.units else desk.open
        number = desk.paper.issued.head.doc_no
        twin = next((one for one in lists.plans_of(session, me.office_id) if number and one.doc_no == number), None)
    return render(
        request, "office/intake.html", status_of(shown.error) if shown.error else 200, row=row, desk=desk, shown=shown,
        units=units, groups=groups, saved_open=len(saved), blocks=list(blocks_of(desk.paper.document)),
        taken=taken_in(desk.paper.issued), of_head=lambda text: of_head(text, desk.paper.issued.head),
        where=lambda one: list(places(one.where, desk)), leave=LEAVE, other_word=OTHER, anchor=anchor_of,
        named=[one for one in desk.asked if one.kind == "name"], limits=_limits(desk), origins=ORIGINS,
        handovers=handed(desk), twin=twin if twin and twin.id != row.plan_id else None,
        doubts=sorted((one for one in desk.asked if one.kind != "name"), key=lambda one: bool(one.answer)),
    )


def _desk(session: Session, row: Intake, typed: Answers, shown: Shown) -> tuple[Desk, Shown]:
    """The desk with what was typed; without the answers by which no plan would be left, and then it says so."""
    told = bearing(typed.choices)
    rest = replace(typed, choices={key: text for key, text in typed.choices.items() if key not in told})
    for given in (typed, rest):
        try:
            return desk_of(session, row, given), shown
        except Rejected as error:
            shown = shown if shown.error else replace(shown, error=error)
    return desk_of(session, row), shown


def _limits(desk: Desk) -> dict[str, Deadline]:
    """How each task's limit is read, by its number."""
    day, year = desk.draft.issued_on, desk.draft.year
    if year < FIRST_YEAR:  # the paper has no day and nobody has said one: no limit can be a day yet
        return {}
    return {task.no: read_limit(task.limit, day, year, official()) for task in desk.draft.tasks if task.limit}


def _typed(form: FormData) -> Answers:
    """The answers of the form: the chosen one, or one's own where that was chosen or nothing was."""
    given, answers = texts(form), Answers()
    for key in {name[2:] for name in given if name[:2] in ("c:", "o:")}:
        chosen, own = given.get(f"c:{key}", OTHER), given.get(f"o:{key}", "").strip()
        kept = answers.units if key.startswith(NAME) else answers.choices
        kept[key.removeprefix(NAME)] = own if chosen == OTHER else chosen
    return answers


@router.post("/{key:uuid}/answers")
async def save(request: Request, me: Me, key: UUID) -> Response:
    """Keep what is answered; a refusal shows everything as it was typed."""
    return await run_in_threadpool(_save, request, me, key, await request.form())


def _save(request: Request, me: Actor, key: UUID, form: FormData) -> Response:
    typed = _typed(form)
    try:
        with transaction() as session:
            row = fetch(session, Intake, key, me.office_id)
            passed = intakes.answer(session, me, row, typed, number(str(form.get("version", "")), "版本")).ignored
    except Refused as error:
        return _page(request, me, key, typed, Shown(error))
    return RedirectResponse(f"/intake/{key}?saved=1{f'&passed={len(passed)}' if passed else ''}", 303)


@router.post("/{key:uuid}/fill")
async def fill(request: Request, me: Me, key: UUID) -> Response:
    """The page again with every open question filled as proposed, or a name's group to be made; nothing is saved."""
    return await run_in_threadpool(_fill, request, me, key, await request.form())


def _fill(request: Request, me: Actor, key: UUID, form: FormData) -> Response:
    typed, group = _typed(form), str(form.get("make", ""))
    if group:
        return _page(request, me, key, typed, Shown(group=group))
    with reading() as session:
        proposed = _propose(desk_of(session, fetch(session, Intake, key, me.office_id), typed).open, typed)
    note = f"已按建议填好{proposed}处，尚未保存；请核对后点“保存答复”。" if proposed else "没有可按建议填写的问题。"
    return _page(request, me, key, typed, Shown(note=note))


def _propose(asked: list[Asked], typed: Answers) -> int:
    proposed = [one for one in asked if one.choices]
    for one in proposed:
        kept = typed.units if one.kind == "name" else typed.choices
        kept[one.key.removeprefix(NAME)] = one.choices[0]
    return len(proposed)


@router.post("/{key:uuid}/group")
async def group(request: Request, me: Me, key: UUID) -> Response:
    """Say which units a printed collective name stands for; what was typed elsewhere stays."""
    return await run_in_threadpool(_group, request, me, key, await request.form())


def _group(request: Request, me: Actor, key: UUID, form: FormData) -> Response:
    name, members = str(form.get("group", "")), [str(value) for value in form.getlist("members")]
    try:
        with transaction() as session:
            fetch(session, Intake, key, me.office_id)
            set_group(session, me, name, [_unit(session, me, value) for value in members])
    except Refused as error:
        return _page(request, me, key, _typed(form), Shown(error, group=name, members=frozenset(members)))
    return _page(request, me, key, _typed(form), Shown(note=f"已设定统称“{name}”（{len(members)}个单位）。"))


def _unit(session: Session, me: Actor, key: str) -> Unit:
    return fetch(session, Unit, key_of(key, "单位"), me.office_id)


@router.post("/{key:uuid}/units")
async def new_units(request: Request, me: Me, key: UUID) -> Response:
    """Enrol printed names as units of their own; contacts follow with the directory."""
    return await run_in_threadpool(_new_units, request, me, key, await request.form())


def _new_units(request: Request, me: Actor, key: UUID, form: FormData) -> Response:
    words = [str(value) for value in form.getlist("new")]
    try:
        with transaction() as session:
            desk = desk_of(session, fetch(session, Intake, key, me.office_id))
            unknown = {one.what for one in desk.asked if one.kind == "name"}
            rows = [{"name": word, "subject": "department"} for word in words if word in unknown]
            enrol_units(session, me, rows)
    except Refused as error:
        sentence = error if words else Rejected("请先在要录入的名称旁勾选“录为新单位”。")
        return _page(request, me, key, _typed(form), Shown(sentence))
    return _page(request, me, key, _typed(form), Shown(note=f"已录入{len(rows)}个单位；联系人请在“单位”中补录。"))


@router.post("/{key:uuid}/adopt")
def adopt(request: Request, me: Me, key: UUID) -> Response:
    try:
        with transaction() as session:
            plan = intakes.adopt(session, me, fetch(session, Intake, key, me.office_id))
    except Refused as error:
        return _page(request, me, key, Answers(), Shown(error))
    return RedirectResponse(f"/plans/{plan.id}?done=adopted", 303)


@router.post("/{key:uuid}/drop")
def drop(request: Request, me: Me, key: UUID, reason: str = Form("")) -> Response:
    try:
        with transaction() as session:
            intakes.drop(session, me, fetch(session, Intake, key, me.office_id), reason)
    except Refused as error:
        return _page(request, me, key, Answers(), Shown(error))
    return RedirectResponse("/plans?dropped=1", 303)
