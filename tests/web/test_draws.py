"""The desk draws, shows how to check it without this program, and plans the visits; teams say where they come from."""

import html
import re
import subprocess
from datetime import date

from sqlmodel import select

from actions.name_units import set_group
from models.cycle import Team, Visit
from models.database import transaction
from models.draw import Draw
from models.unit import UnitGroup
from models.words import VisitKind
from rules.recusal import MUST
from tests.web.test_duties import Desk, desk, sign_in

__all__ = ["desk", "sign_in"]
FORM = {"purpose": "年中抽查", "seed_by": "typed", "seed": "6-2-5 13", "seed_source": "当众掷骰子", "n": "1"}


def make(desk: Desk, status: int = 303, units: int = 2, **fields: str) -> str:
    return desk.post("/draws", status, units=desk.units(units), **(FORM | fields))


def newest(desk: Desk) -> Draw:
    return max(desk.all(Draw), key=lambda row: row.no)


def test_x8_a_draw_is_stored_shown_and_recomputed(desk: Desk) -> None:
    assert "还没有抽取记录" in desk.get("/draws")
    page = make(desk)
    row = newest(desk)
    assert "抽中 1 个" in page and row.result[0]["name"] in page and "当众掷骰子" in page
    assert "复核一致" not in page and "复核一致" in desk.get(f"/draws/{row.id}?check=1")
    listed = desk.get("/draws")
    assert "2 抽 1" in listed and f"/draws/{row.id}" in listed


def test_x8_the_recipe_on_the_page_gives_the_same_result_in_a_plain_shell(desk: Desk) -> None:
    page = make(desk)
    script = html.unescape(re.search(r'<pre class="recipe">(.*?)</pre>', page, re.DOTALL)[1])
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert [line.split()[1] for line in done.stdout.splitlines()] == [line["name"] for line in newest(desk).result]
    assert done.stdout[:16] == newest(desk).result[0]["digest"][:16]


def test_a_refused_form_comes_back_as_it_was_typed(desk: Desk) -> None:
    page = make(desk, 422, n="9", excluded="某局，理由")
    assert "单位名录中没有" in page or "读不出单位和理由" in page
    page = make(desk, 422, n="9", because="说明甲")
    assert "须在1至2之间，现为9" in page
    for typed in ("年中抽查", "6-2-5 13", "当众掷骰子", "说明甲"):
        assert f'value="{typed}"' in page
    assert page.count(" checked") >= 3 and desk.all(Draw) == []
    assert "请填写号码，或改选" in make(desk, 422, seed=" ")


def test_a_second_draw_needs_a_reason_and_both_stand_on_the_page(desk: Desk) -> None:
    make(desk)
    first = newest(desk)
    assert "年中抽查" in desk.get(f"/draws/new?again={first.id}")
    assert "再次抽取须写明理由" in make(desk, 422, seed="2")
    page = make(desk, seed="2", because="抽中单位停电")
    assert "第2次，共2次" in page and f"/draws/{first.id}" in page and "理由：抽中单位停电" in page
    assert "第1次，共2次" in desk.get(f"/draws/{first.id}")


def test_groups_are_drawn_each_by_its_number_and_who_is_left_out_is_named(desk: Desk) -> None:
    with transaction(desk.running.bind) as session:
        units = desk.running.units(session)
        set_group(session, desk.running.actor("jingban"), "县区", units)
        group, left_out = session.exec(select(UnitGroup)).one(), units[0].name
    fields = {f"g:{group.id}": "1", "excluded": f"{left_out}，本月刚受检", "seed_by": "program", "seed": "", "n": ""}
    page = make(desk, units=0, **fields)
    row = newest(desk)
    assert [line["group"] for line in row.result] == ["县区"] and row.result[0]["name"] != left_out
    assert f"{left_out}：本月刚受检" in page and len(row.seed) == 12
    script = html.unescape(re.search(r'<pre class="recipe">(.*?)</pre>', page, re.DOTALL)[1])
    assert left_out not in script


def test_drawn_units_are_put_on_the_programme_once(desk: Desk) -> None:
    make(desk, cycle=str(desk.running.cycle_id))
    row = newest(desk)
    page = desk.post(f"/draws/{row.id}/visits", 422, start="2020-10-01", end="2020-10-08")
    assert "没有工作日" in page and 'value="2020-10-08"' in page
    page = desk.post(f"/draws/{row.id}/visits", start="2020-09-01", end="2020-09-02")
    assert "已排定日程" in page
    spots = [visit for visit in desk.all(Visit) if visit.kind == VisitKind.SPOT]
    assert [(str(visit.unit_id), visit.start_on, visit.draw_id) for visit in spots] == [
        (row.result[0]["id"], date(2020, 9, 1), row.id)
    ]
    desk.post(f"/draws/{row.id}/visits", 409, start="2020-09-01", end="2020-09-02")


def test_l4_a_team_declares_where_it_comes_from_and_the_visit_turns_amber_until_settled(desk: Desk) -> None:
    with transaction(desk.running.bind) as session:
        mine = desk.running.unit(session)
    here, team = f"/cycles/{desk.running.cycle_id}", desk.all(Team)[0]
    assert "未申报" in desk.get(f"{here}/visits")
    assert "单位名录中没有“无名局”" in desk.post(f"{here}/teams/{team.id}/homes", 422, homes="无名局")
    page = desk.post(f"{here}/teams/{team.id}/homes", homes=mine.name)
    assert page.count(MUST) == 1 and f'value="{mine.name}"' in page
    visit = next(visit for visit in desk.all(Visit) if visit.unit_id == mine.id)
    assert MUST in desk.get(f"{here}/visits/{visit.id}")
    days = {"start": str(visit.start_on), "end": str(visit.end_on)}
    desk.post(f"{here}/visits/{visit.id}/move", 422, **days)
    assert "第二组" in desk.post(f"{here}/teams", name="第二组", homes="无")
    other = next(team for team in desk.all(Team) if team.name == "第二组")
    desk.post(f"{here}/visits/{visit.id}/move", team=str(other.id), **days)
    assert MUST not in desk.get(f"{here}/visits")
    desk.post(f"{here}/teams/{other.id}/homes", homes=mine.name)
    page = desk.post(f"{here}/visits/{visit.id}/excuse", reason="仅此一组有空")
    assert "未回避：仅此一组有空" in page and MUST not in page


def test_x2_the_visits_page_names_the_units_never_visited_and_plans_more(desk: Desk) -> None:
    here = f"/cycles/{desk.running.cycle_id}"
    assert f"尚有 {len(desk.units(99))} 个单位未督察" in desk.get(f"{here}/visits")
    fields = {"start": "2020-09-05", "end": "2020-09-06", "kind": "daily"}
    page = desk.post(f"{here}/visits/plan", 422, units=desk.units(2), **fields)
    assert "没有工作日" in page and 'value="2020-09-05"' in page and page.count(" checked") == 2
    page = desk.post(f"{here}/visits/plan", units=desk.units(2), **(fields | {"end": "2020-09-08"}))
    assert page.count("日常督导</span>") == 2
    assert "请选择督察方式" in desk.post(f"{here}/visits/plan", 422, units=desk.units(1), **(fields | {"kind": "x"}))


def test_a_launch_may_say_in_brackets_where_each_team_comes_from(desk: Desk) -> None:
    with transaction(desk.running.bind) as session:
        plan, mine = desk.running.cycle(session).plan_id, desk.running.unit(session)
    desk.post(
        "/cycles", plan=str(plan), units=desk.units(2), title="另一周期", start="2020-08-10",
        teams=f"甲组（{mine.name}）、乙组(无)，丙组", override="试",
    )
    teams = {team.name: (team.home_units, bool(team.homes_by)) for team in desk.all(Team)}
    assert (teams["甲组"], teams["乙组"], teams["丙组"]) == (([str(mine.id)], True), ([], True), ([], False))
