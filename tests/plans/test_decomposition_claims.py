"""Which reader takes a table, and whose numbers, marks and limits hold where several are printed."""

from plans.document import Document
from plans.issued import Part
from plans.opening.grid import square
from plans.readers.decomposition.reader import read_decomposition
from plans.readers.decomposition.unitcell import units_of
from plans.readers.scoretable.reader import read_scoretables
from tests.plans.test_decomposition_columns import HEADS, read_rows
from tests.plans.test_decomposition_mutations import HEAD

SCORED = ["序号", "考核内容", "分值", "评分标准", "责任单位", "完成时限"]
SCORE_ROWS = [["1", "完善目录并公开。", "10", "未公开扣5分。", "县司法局", "2024年4月底前"],
              ["2", "案卷评查合格。", "10", "每低1个百分点扣1分。", "县水利局", "2024年11月底前"]]


def both(*rows: list[str]) -> Part:
    """The rows as tasks and as a score sheet."""
    document = Document("a", "", [square(1, list(rows))])
    part = read_decomposition(document, HEAD)
    part.add(read_scoretables(document, HEAD))
    return part


def test_a_score_table_with_limits_is_claimed_once_as_tasks() -> None:
    part = both(SCORED, *SCORE_ROWS)
    assert [(task.no, task.points, task.criteria) for task in part.tasks] == [
        ("1", 10.0, "未公开扣5分。"), ("2", 10.0, "每低1个百分点扣1分。")]
    assert all(task.deadline and task.deadline.due for task in part.tasks) and not part.scored
    assert [doubt.key for doubt in part.doubts] == ["表1:scored:note"]


def test_a_score_table_without_limits_stays_one_and_each_unread_column_is_asked() -> None:
    heads = [*SCORED[:3], "考核标准", "责任单位", "数据提交"]
    part = both(heads, *SCORE_ROWS)
    assert len(part.tasks) == 2 and len(part.scored) == 1
    assert ["数据提交" in doubt.what and "像完成时限" in doubt.what for doubt in part.doubts
            if ":column:" in doubt.key] == [True]


def test_a_number_of_its_own_is_stronger_than_the_mark_of_a_measure() -> None:
    part = read_rows(["编号", "整改举措", "责任单位", "完成时限"],
                     ["甲-001", "①自查；②完善制度。", "县水利局", "2024年5月底前"],
                     ["2", "2.修路。", "县水利局/县司法局", "2024年6月底前"])
    assert [(task.no, task.measure) for task in part.tasks] == [("甲-001", "①自查；②完善制度。"), ("2", "修路。")]
    assert part.tasks[1].responsible_units == ["县水利局", "县司法局"]


def test_measures_below_one_number_are_parts_of_it() -> None:
    rest = ["县交通局", "2024年5月底前"]
    part = read_rows(HEADS, ["1", "修路。", *rest], ["", "护路。", *rest], ["2", "1.修桥。\n2.护桥。", *rest],
                     ["3", "修渠。", *rest])
    assert [(task.no, task.measure) for task in part.tasks] == [
        ("1", "修路。"), ("1.2", "护路。"), ("2", "修桥。"), ("2.2", "护桥。"), ("3", "修渠。")]


def test_a_limit_of_an_event_nobody_dates_is_asked_once() -> None:
    part = read_rows(HEADS, ["1", "清理河道。", "县水利局", "汛期前"], ["2", "检修闸门。", "县水利局", "汛期前"])
    assert [(doubt.key, doubt.where) for doubt in part.doubts] == [("limit:汛期前", "表1第2行、表1第3行")]


def test_joint_leads_stand_before_the_mark() -> None:
    found = units_of("县教育局、县住建局（共同牵头）、县财政局（配合）")
    assert (found.lead, found.names) == (["县教育局", "县住建局"], ["县财政局"])
