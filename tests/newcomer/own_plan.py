"""A plan of a newcomer's own: a small .docx as an office would issue it, with one limit that can be read two ways."""

from pathlib import Path

import docx

TITLE = "某县行政执法突出问题整治任务分解清单"
LINES = (
    "某县全面依法治县委员会办公室文件", "某治县办〔2026〕5号", f"关于印发《{TITLE}》的通知", "各有关单位：",
    f"现将《{TITLE}》印发给你们，请认真抓好落实。", "某县全面依法治县委员会办公室", "2026年11月2日", TITLE,
)
ROWS = (
    ("序号", "工作任务", "牵头单位", "责任单位", "完成时限"),
    ("1", "清理无法律依据的处罚事项。", "市公安局", "某镇政府", "2026年12月31日前"),
    ("2", "开展案卷评查，结果通报。", "市公安局", "市市场监管局", "2027年初完成"),
    ("3", "建立执法人员轮训制度。", "市自然资源局", "某镇人民政府", "2027年3月底前"),
)
NAMED = sorted({name for row in ROWS[1:] for name in row[2:4]})


def write(path: Path) -> Path:
    """Write the document; 年初 in its second row is what the reader must ask about."""
    file = docx.Document()
    for line in LINES:
        file.add_paragraph(line)
    table = file.add_table(len(ROWS), len(ROWS[0]))
    for at, row in enumerate(ROWS):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    file.save(str(path))
    return path


def fill_in(answers: Path, units: str = "{}") -> None:
    """Answer as a person in a hurry does: each open question with its first proposal; `units` as YAML."""
    done, proposal = [], ""
    for line in answers.read_text(encoding="utf-8").splitlines():
        if "# 可选：" in line:
            proposal = proposal or line.split("：", 1)[1]
        if line.endswith('""') and proposal:
            line, proposal = f'{line[:-2]}"{proposal}"', ""  # noqa: PLW2901
        done.append(line)
    answers.write_text("\n".join(done).replace("units: {}", f"units: {units}") + "\n", encoding="utf-8")
