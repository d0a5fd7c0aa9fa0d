"""The JSON that `duban plan read` prints keeps the promised shape and the document's figures."""

import json

from config.workdays import official
from plans.planfile import read_plan
from plans.reading import as_json
from plans.text import read_source

SHAPE = {"title", "issuer", "doc_no", "issued_on", "stages", "tasks", "visits", "checklist", "checks", "doubts"}
READ = json.loads(json.dumps(as_json(read_plan(read_source("puyang-2020")), official())))


def test_the_shape_is_the_promised_one() -> None:
    assert set(READ) == SHAPE
    assert {tuple(stage) for stage in READ["stages"]} == {("kind", "name", "start", "end", "tbd")}
    assert set(READ["checks"][0]) == {"name", "expected", "found", "ok"}
    assert set(READ["doubts"][0]) == {"where", "what", "choices"}


def test_the_five_stages_of_puyang_have_their_dates_and_the_last_is_to_be_determined() -> None:
    assert [(stage["start"], stage["end"], stage["tbd"]) for stage in READ["stages"]] == [
        (None, "2020-07-31", False), ("2020-08-01", "2020-08-10", False), ("2020-08-11", "2020-08-20", False),
        ("2020-08-25", "2020-09-05", False), (None, None, True),
    ]


def test_all_57_tasks_are_there_with_points_bodies_and_their_line() -> None:
    tasks = READ["tasks"]
    assert len(tasks) == 57
    assert sum(task["points"] for task in tasks) == 200
    assert all(task["responsible_units"] and task["theme"] and task["source"].startswith("line ") for task in tasks)


def test_every_task_is_due_with_the_self_check_report() -> None:
    assert {task["deadline"]["due"] for task in READ["tasks"]} == {"2020-08-10"}


def test_a_row_whose_bodies_cannot_be_known_is_a_doubt() -> None:
    doubtful = [task for task in READ["tasks"] if task["provenance"]["responsible_units"] == "ambiguous"]
    with_choices = {doubt["where"] for doubt in READ["doubts"] if doubt["choices"]}
    assert {f"{task['section']}第{task['no']}项" for task in doubtful} == with_choices
