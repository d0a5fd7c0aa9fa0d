"""A small issued document of no real office, for pictures: a notice, a table with merged cells, and doubts."""

from io import BytesIO

import docx

LINES = (
    "示例市委全面依法治市委员会办公室文件", "示治市办〔2026〕11号",
    "关于印发《行政执法质量提升重点任务分解清单》的通知",
    "各县（区）司法局，市直有关单位：",
    "现将《行政执法质量提升重点任务分解清单》印发给你们，请认真抓好落实。",
    "示例市委全面依法治市委员会办公室", "2026年9月8日", "行政执法质量提升重点任务分解清单",
)
HEADS = ("序号", "工作任务", "牵头单位", "责任单位", "完成时限")
SECTION = "一、规范执法程序（共4项）"
ROWS = (
    ("1", "公布行政执法事项清单，按季更新。", "市司法局", "市直各行政执法单位", "2026年12月底前完成，长期坚持"),
    ("2", "开展案卷评查，评查结果全市通报。", "市司法局、市市场监管局", "各县（区）人民政府", "每季度一次"),
    ("3", "清理无法律依据的处罚事项。", "", "各县（区）人民政府", "2027年初完成"),
    ("4", "建立执法人员年度轮训制度。", "市委组织部", "市司法局", "自本通知印发之日起30个工作日内"),
)


def issued_paper() -> bytes:
    """The document as .docx; the lead of the third row is merged with the one above."""
    file, kept = docx.Document(), BytesIO()
    for line in LINES:
        file.add_paragraph(line)
    table = file.add_table(2 + len(ROWS), len(HEADS))
    table.style = "Table Grid"
    for column, text in enumerate(HEADS):
        table.cell(0, column).text = text
    table.cell(1, 0).merge(table.cell(1, 4)).text = SECTION
    for at, row in enumerate(ROWS, 2):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    table.cell(3, 2).merge(table.cell(4, 2))
    file.save(kept)
    return kept.getvalue()
