"""One thing that is wrong in a file, and the papers in which people read."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("config", "models", "rules", "plans", "notifications", "papers", "actions", "flows", "web", "commands")


@dataclass(frozen=True)
class Fault:
    """A place and what is wrong there, in one sentence."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def papers(root: Path) -> list[Path]:
    """Every paper people read: those at the top and all below docs."""
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]


def modules(root: Path) -> list[Path]:
    """Every module of the product but migrations, which stay as they were released."""
    found = (path for folder in PRODUCT for path in sorted((root / folder).rglob("*.py")))
    return [*root.glob("duban.py"), *(path for path in found if "versions" not in path.parts)]
