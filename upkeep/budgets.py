"""How large files and functions are: a reason beats a budget, so this only tells."""

import ast
from pathlib import Path

from upkeep.fault import modules

LINES_OF_FILE, LINES_OF_FUNCTION = 250, 50


def beyond(root: Path) -> list[str]:
    """Files and functions of the product beyond their budget, the largest first, each in a few words."""
    files, functions = list[tuple[int, str]](), list[tuple[int, str]]()
    for path in modules(root):
        text, name = path.read_text(encoding="utf-8"), str(path.relative_to(root))
        if (count := len(text.splitlines())) > LINES_OF_FILE:
            files.append((count, name))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = (node.end_lineno or node.lineno) - node.lineno + 1
                if count > LINES_OF_FUNCTION:
                    functions.append((count, f"{name}:{node.name}"))
    said = [("文件", LINES_OF_FILE, files), ("函数", LINES_OF_FUNCTION, functions)]
    return [line for what, budget, found in said for line in _list(what, budget, sorted(found, reverse=True))]


def _list(what: str, budget: int, found: list[tuple[int, str]]) -> list[str]:
    head = f"超过{budget}行的{what}：{len(found)}个"
    return [head, *(f"  {count} {name}" for count, name in found)]
