"""Small papers of our own that between them raise every kind of question a reader can put."""

from plans.document import Document, Line, Slot, Table
from plans.issued import Issued
from plans.reader import read_one

ABOVE, LEFT = "↑", "←"  # a cell merged with the one above, with the one before
Rows = list[list[str]]


def table(number: int, rows: Rows, placed: bool = True) -> Table:
    slots: list[list[Slot]] = []
    for at, row in enumerate(rows, 1):
        line = []
        for col, text in enumerate(row, 1):
            over = next((one.text for one in slots[-1] if one.col == col), "") if slots and text == ABOVE else text
            over = line[-1].text if text == LEFT else over
            if placed or text:
                line.append(Slot(over, at, col if placed else 0, printed=text not in (ABOVE, LEFT)))
        slots.append(line)
    return Table(number, slots, max(map(len, rows)), placed, line=90 + number)


def paper(*blocks: str | Rows | tuple[Rows], name: str = "样例.docx") -> Issued:
    """A document of lines and tables; rows within a tuple have lost their columns."""
    made: list[Line | Table] = []
    for at, block in enumerate(blocks, 1):
        number = sum(isinstance(one, Table) for one in made) + 1
        if isinstance(block, str):
            made.append(Line(block, at))
        else:
            made.append(table(number, block[0], False) if isinstance(block, tuple) else table(number, block))
    return read_one(Document(name, "ab" * 32, made))


HEAD = ("某县人民政府办公室", "某政办〔2024〕5号", "关于印发《某县执法监督工作方案》的通知", "2024年3月1日")
STAGES = ("一、实施步骤", "（一）组织筹备阶段（3月10日前）。成立专班。", "（二）自查阶段（4月30日前）。各单位自查。",
          "（三）督察阶段（6月30日前）。实地督察。")
COLUMNS = ["序号", "工作任务", "牵头单位", "责任单位", "完成时限"]


def decomposition() -> Issued:
    """Sides, limits, split cells, blanks, lists left open, what was due before the paper came."""
    rows = [
        COLUMNS,
        ["1", "建立培训机制，每年开展一次全员轮训。", "某县司法局、某县财政局", "各乡镇人民政府", "2024年底前"],
        ["2", "公布权责清单。决定作出后十日内向社会公布。", "某县司法局", "某县数据局等部门", "2024年初"],
        ["3", "完成清理，2024年12月31日前报送结果。", "某县司法局", "某县财政局", "2024年12月31日前"],
        ["4", "开展案卷评查。", "", "某县财政局", "2024年8月前"],
        ["5", "完善台账。", "某县司法局", "负责日常工作的同志", ""],
        ["6", "归集数据。", "某县司法局", "某县财政局", "2024年1月底前"],
        ["7", "报送情况。", "某县司法局", "某县财政局", "定期"],
        ["8", "按期评估。", "某县司法局", "某县财政局", "有效期届满前6个月"],
        ["9", "推进整治。", "某县司法局", "某县财政局", "1月份至3月份"],
        ["10", "开展检查。", "某县司法局", "某县财政局", "2024年6月底前"],
        ["11", ABOVE, "某县水利局", "某县财政局", "2024年7月底前"],
        ["说明：本表由某县司法局负责解释。", LEFT, LEFT, LEFT, LEFT],
        ["12", "", "某县司法局", "某县财政局", "2024年6月底前"],
        ["14", "督促整改。", "", "", "2024年6月底前"],
        ["13", "1.修订制度。\n2.开展考试。", "某县司法局", "某县财政局", "2024年6月底前；2024年9月底前"],
    ]
    return paper(*HEAD, rows)


def torn() -> Issued:
    """Columns lost: a lone cell of units, words that fit nowhere, a table that goes on without its header."""
    rows = [
        COLUMNS,
        ["1", "建立培训机制。", "某县司法局", "各乡镇人民政府", "2024年底前"],
        ["2", "开展考试。", "某县财政局", "2024年底前"],
        ["3", "公布清单。", "某县司法局", "各乡镇人民政府", "2024年底前"],
        ["4", "清理事项。", "某县司法局", "各乡镇人民政府", "2024年底前", "多出来的文字一段"],
    ]
    more = [["5", "评查案卷。", "某县司法局", "各乡镇人民政府", "2024年底前"]]
    return paper(*HEAD, (rows,), (more,))


def cut_in_two() -> Issued:
    """A table that goes on without its header, and one whose responsible units are taken to lead."""
    rows = [COLUMNS, ["1", "建立培训机制。", "某县司法局", "各乡镇人民政府", "2024年底前"]]
    more = [["2", "评查案卷。", "某县司法局", "各乡镇人民政府", "2024年底前"]]
    helped = [["序号", "工作任务", "责任单位", "配合单位", "完成时限"],
              ["1", "公布清单。", "某县司法局", "某县财政局", "2024年底前"]]
    return paper(*HEAD, rows, more, "附件2", helped)


def without_columns() -> Issued:
    """A table without leads and limits, whose points do not read."""
    return paper(*HEAD, [["序号", "工作任务", "责任单位", "分值"], ["1", "建立机制。", "某县司法局", "若干"],
                         ["2", "公布清单。", "某县财政局", "见附件"]])


def swapped() -> Issued:
    return paper(*HEAD, [["序号", "重点任务", "主要措施", "责任单位", "完成时限"],
                         ["1", "1.建立培训机制，明确年度安排。", "（一）能力提升", "某县司法局", "2024年底前"],
                         ["2", "2.组织资格考试，做到应考尽考。", "（二）队伍建设", "某县财政局", "2024年底前"]])


def noted() -> Issued:
    """Running text with unit notes: nobody leads, two notes, a list left open, no note at all, a number left out."""
    return paper(
        *HEAD, "二、重点任务", "1.推进行政复议。按季度公布。（牵头单位：某县司法局；责任单位：某县财政局）",
        "2.规范执法。（责任单位：某县司法局、某县财政局）",
        "3.清理文件。（牵头单位：某县司法局）健全台账。（牵头单位：某县财政局；责任单位：某县水利局）",
        "4.开展培训。（牵头单位：某县司法局；责任单位：某县财政局等部门；配合单位：某县水利局等单位）",
        "5.公开信息。", "7.定期通报情况。（牵头单位：某县司法局；责任单位：有关部门）",
    )


def articles() -> Issued:
    """Articles that name their actors in the sentence, and collective names."""
    return paper(
        *HEAD, "一、健全制度", "1.县政府有关部门应当建立台账。", "2.县政府有关部门应当定期评估。", "二、规范执法",
        "3.各乡镇人民政府应当落实责任制，必须在有效期届满前6个月组织评估。", "4.某县司法局应当每年开展检查。",
    )


def staged() -> Issued:
    """Stages whose kind or days are open."""
    return paper(
        *HEAD, "一、实施步骤", "（一）组织筹备阶段（3月10日前）。成立专班。",
        "（二）实施阶段（2024年X月1日至X月15日）。推进。", "（三）反馈整改阶段（2024年初）。整改。",
        "（四）总结计划阶段（1月份至3月份）。总结。",
    )


def headless() -> Issued:
    """Neither issuer, title, day nor year."""
    return paper("一、实施步骤", "（一）组织筹备阶段（3月10日前）。成立专班。", "（二）自查阶段（4月30日前）。自查。")


def two_names() -> Issued:
    return paper(
        "某县人民政府办公室", "中共某县委办公室", "关于印发《某县执法监督工作方案》的通知", "各单位：",
        "某县法治督察办法",
        *STAGES, "某县司法局", "参照2023年、2022年做法", "（2024年3月1日印发）",
    )


def weeks() -> Issued:
    """Rows without a week, weeks that a month has not, columns lost beside the units."""
    rows = [["时间", "周次", "受监督单位"], ["2月", "第一周", "某县司法局"], ["", "第五周", "某县水利局"],
            ["", "", "某县统计局"], ["3月", "第二周", "甲镇人民政府"]]
    mixed = [["时间", "受监督单位", "带队领导"], ["4月", "第一周", "某县司法局", "张某"],
             ["", "第二周", "某县财政局", "李某"]]
    across = [["1月第一周", "1月第二周"], ["某县司法局", "某县财政局"]]
    return paper(*HEAD, *STAGES, rows, (mixed,), across)


def weeks_without_year() -> Issued:
    rows = [["时间", "受监督单位"], ["3月", "第一周", "某县司法局"], ["", "第二周", "某县财政局"]]
    return paper("某县监督制度", *STAGES, (rows,))


def checklist() -> Issued:
    rows = [["序号", "项目", "标准", "备注"], ["1", "硬件", "用房面积不低于80平方米"], ["2", "标识统一"],
            ["3", "台账齐全，有人管理", "不少于3本"], ["4", "制度上墙"]]
    return paper(*HEAD, *STAGES, (rows,))


SCORED = ["主要职责", "序号", "工作任务", "落实单位", "检查标准", "得分"]
SHEET = ("行政执法监督打分表", "责任人：县（区）政府主要负责人")


def scores() -> Issued:
    """Points, units, words and clauses that are missing or contradict each other."""
    duty, one, two = "1.抓好and统筹", "县（区）司法局", "县（区）政府办"
    rows = [
        SCORED,
        [duty, "1", "研究执法监督。（10分）", one, "会议开足得6分，未开足不得分；纪要齐全得2分，没有纪要不得分。", ""],
        [duty, "2", "配齐人员。", one, "人员配齐得5分，未配齐不得分。", ""],
        [duty, "3", "评查案卷。（5分）", "", "评查到位得5分，未到位不得分。", ""],
        [duty, "4", "公开结果。（8分）", one, "全部公开得5分，未公开不得分。公开and及时的内容齐全不得分。", ""],
        [duty, "5", "培训人员。（4分）", "政法委", "", ""],
        [duty, "7", "清理文件。（6分）", f"{one}、县（区）委立法、执法协调小组", "及时清理得6分，及时清理不得分。", ""],
        ["3.抓好落实", "8", "回应关切。（9分）", two,
         "按时回应得4分，未回应扣6分；报备率、及时率达到100%得5分，达到90%得3分，90%以下不得分。", ""],
        ["3.抓好落实", "9", "严守纪律。（3分）", two, "纪律严明得3分，违反纪律不得分。发生重大事故不得分。", ""],
        ["3.抓好落实", "10", "处理ok事项。（3分）", two, "处理到位得3分，未到位不得分。", ""],
        ["3.抓好落实", "11", "（2分）", two, "完成得2分，未完成不得分。", ""],
        ["3.抓好落实", "", "推进公开。（2分）", two, "完成得2分，未完成不得分。", ""],
    ]
    return paper(*HEAD, *STAGES, *SHEET, rows)


def more_scores() -> Issued:
    """A column of points beside those in the words, no points at all, units of a kind left out, rows between."""
    head = ["主要职责", "序号", "工作任务", "落实单位", "基本分", "检查标准"]
    rows = [
        head,
        ["1.抓好统筹", "1", "研究执法监督。（10分）", "县（区）司法局", "8分", "会议开足得10分，未开足不得分。"],
        ["1.抓好统筹", "2", "配齐人员。", "县（区）司法局", "", "视情况打分"],
        ["1.抓好统筹", "3", "评查案卷。", "县（区）政府办", "5分", "评查到位得5分，未到位不得分。"],
        ["1.抓好统筹", "4", "规范程序。", "县（区）政府办", "5分", "程序规范得5分，不规范不得分。"],
        ["1.抓好统筹", "5", "公布清单。", "县（区）政府办", "5分", "已公布得5分，未公布不得分。"],
        ["1.抓好统筹", "6", "报送情况。", "司法局", "5分", "已报送得5分，未报送不得分。"],
    ]
    rest = [["", "", "", "县（区）档案局", "", "档案齐全得2分，不齐全不得分。"]]
    return paper(*HEAD, *STAGES, *SHEET, rows, "注：本表由办公室解释", rest)


def slipped() -> Issued:
    """Rows that slipped, duties whose cells are lost, and a sheet that ends without numbers."""
    rows = [
        SCORED,
        ["1.抓好统筹", "1", "研究监督。（4分）", "县政府办", "会议开足得4分，未开足不得分。", ""],
        ["", "2", "配齐人员。（5分）", "县司法局", "案卷评查得6分，未评查不得分。", ""],
        ["", "3", "评查案卷。（6分）", "县人社局", "公开结果得7分，未公开不得分。", ""],
        ["2.抓好落实", "4", "公开结果。（7分）", "县数据局", "人员配齐得5分，未配齐不得分。", ""],
        ["", "5", "报送材料。（8分）", "县档案局", "", ""],
        ["", "6", "归集数据。（9分）", "县统计局", "材料报送得8分，未报送不得分。", ""],
        ["", "", "", "县审计局", "数据归集得9分，未归集不得分。", ""],
        ["", "7", "整理台账。（3分）", "县水利局", "台账齐全得3分，不齐全不得分。", ""],
        ["", "8", "整理档案。（2分）", "县水利局", "档案齐全得2分，不齐全不得分。", "归档得5分，未归档不得分。"],
    ]
    return paper(*HEAD, *STAGES, *SHEET, (rows,))


PAPERS = {
    one.__name__: one for one in (
        decomposition, torn, cut_in_two, without_columns, swapped, noted, articles, staged, headless, two_names, weeks,
        weeks_without_year, checklist, scores, more_scores, slipped,
    )
}
