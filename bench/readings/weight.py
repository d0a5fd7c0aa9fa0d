"""A table of ten thousand rows in four formats: seconds and memory of a process that does nothing but read it."""

import tempfile
from pathlib import Path

from bench.measure import Figure
from bench.readings.child import read_apart
from bench.readings.files import ABOVE, FORMATS

ROWS = 10_000
SECONDS, MEMORY = 5, 500
HEADER = ["重点任务", "主要措施", "牵头单位", "责任单位", "完成时限"]
LEADS = ("县水利局", "县交通运输局", "县农业农村局", "县住房和城乡建设局", "县自然资源局")


def figures() -> list[Figure]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("docx", "xlsx", "html", "md"):
            path = Path(folder) / f"large.{kind}"
            path.write_bytes(FORMATS[kind](["青石县重点任务分解表", table()]))
            found += _measured(path, f".{kind} of {ROWS} rows x 5, merged")
    return found


def _measured(path: Path, name: str) -> list[Figure]:
    outcome = read_apart(path)
    if outcome.said or outcome.crash:
        print(f"{name}: {outcome.said or outcome.crash}")
    return [
        Figure(f"{name}: whole reading", outcome.seconds, SECONDS, "s"),
        Figure(f"{name}: largest memory", outcome.memory, MEMORY, "MB"),
        Figure(f"{name}: tasks read", outcome.tasks, ROWS, "", least=True),
    ]


def table() -> list[list[str]]:
    """Themes over five rows, units over two, limits over four; no two measures alike."""
    return [HEADER, *(_row(n) for n in range(ROWS))]


def _row(n: int) -> list[str]:
    theme = ABOVE if n % 5 else f"第{n // 5 + 1}类工作"
    lead, responsible = (ABOVE, ABOVE) if n % 2 else (LEADS[n // 2 % 5], f"第{n // 2 % 97}街道办事处、县财政局")
    limit = ABOVE if n % 4 else f"2026年{n // 4 % 12 + 1}月底前"
    return [theme, f"{n + 1}.完成第{n + 1}号点位的整治并建档{n * 7919 % 10007}。", lead, responsible, limit]
