"""What of a decomposition table is told beside its tasks: sums, blanks, headings over nothing, rows torn by a page."""

from dataclasses import dataclass, field

from plans.document import Table
from plans.issued import Figure, TaskRead
from plans.readers.decomposition.asked import Asked
from plans.readers.decomposition.cell import Cell
from plans.readers.decomposition.chosen import ALONE, AS_PRINTED, BESIDE, CARRIED, EXCHANGED
from plans.readers.decomposition.columns import SCORED, SUBTHEME, Columns, Role
from plans.readers.decomposition.rows import Row
from plans.readers.decomposition.unitcell import MANIFOLD, NUMBERED


@dataclass
class Told:
    """`sums` are the rows left out as totals; `heading` is one that no task has followed yet, `parted`
    the task beside which a torn row was said to stand as one of its own."""

    asked: Asked
    sums: list[str] = field(default_factory=list)
    heading: Row | None = None
    parted: str = ""

    def section(self, row: Row, *, known: bool) -> None:
        """A heading; one that counts its items is held against them elsewhere."""
        self._unfollowed()
        self.heading = None if known else row

    def points(self, table: Table, columns: Columns) -> None:
        """A score table with limits is read as tasks; that no score sheet comes of it is told."""
        if {Role.POINTS, Role.CRITERIA} <= set(columns.roles) and SCORED.search(" ".join(columns.heads)):
            name = f"表{table.number}"
            what = "本表有分值和评分标准，也有时限，按任务读入，没有另立打分表，请核对。"
            self.asked.ask(f"{name}:scored:note", name, what)

    def subtheme(self, row: Row) -> None:
        """A heading below a heading; the one above is followed by it."""
        if self.heading and SUBTHEME.match(self.heading.text):
            self._unfollowed()
        self.heading = row

    def _unfollowed(self) -> None:
        if self.heading:
            where = self.heading.where
            self.asked.ask(f"{where}:note", where, f"这一行下没有任务，未读入任务，请核对：{self.heading.text[:80]}")

    def close(self, table: Table, blank: list[str]) -> None:
        """What is still open when the table ends; blank unit cells are one question."""
        self._unfollowed()
        if blank:
            name = f"表{table.number}"
            what = f"{len(blank)}处单位栏空白，按没有单位读，未沿用上一行：{'、'.join(blank)[:80]}"
            self.asked.ask(f"{name}:blank", name, what, (ALONE, CARRIED))

    def totals(self) -> list[Figure]:
        rows = "、".join(self.sums)
        return [Figure("小计、合计行（不列为任务）", rows, rows)] if rows else []

    def exchanged(self, table: str, where: str, measure: Cell, theme: Cell) -> None:
        """Themes that stand where measures should; asked by the columns as printed, whatever was answered."""
        key = f"{table}:swapped"
        first, second = (theme, measure) if self.asked.said(key) == EXCHANGED else (measure, theme)
        if SUBTHEME.match(first.text) and NUMBERED.match(second.text):
            self.asked.ask(key, where, "主题与措施两栏疑似互换，请核对原文。", (AS_PRINTED, EXCHANGED))

    def tail(self, row: Row, task: TaskRead, columns: Columns) -> bool:
        """The first row of a new page that prints nothing but words without a number ends the task before it."""
        printed = [role for role, cell in row.cells.items() if cell.text]
        text = row.cells[Role.MEASURE].text
        ended = task.measure.rstrip().endswith(("。", "；", ";")) and Role.NO not in columns.roles
        if printed != [Role.MEASURE] or row.odd or ended or NUMBERED.match(text) or MANIFOLD.match(text):
            return False
        words = "".join(line.strip() for line in text.splitlines())
        what = f"换页后的一行只有文字，疑接上一项，暂并入：{words[:60]}（{row.where}）"
        self.asked.ask(f"{task.no}:torn", task.source, what, ("并入上一项", BESIDE))
        if self.asked.said(f"{task.no}:torn") == BESIDE:
            self.parted = task.no
            return False
        task.measure += words
        return True
