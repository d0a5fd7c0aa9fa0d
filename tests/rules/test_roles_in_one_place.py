"""Roles and scopes are decided in rules/roles.py and nowhere else: no action, route or page compares a role itself."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("actions", "web", "flows", "commands", "notifications", "papers")
# what a rung of the frozen policy names is data of the cycle (rules/escalation.py asks it again behind `check`); the
# others look whether a role is one at all, whether it changes, or whose work a figure is
KNOWN = {
    ("actions/people.py", "role not in set(Role)"), ("actions/people.py", "role == user.role"),
    ("web/people.py", "role not in set(Role)"), ("web/escalation_cards.py", "me.role in rung.signs"),
    ("web/today.py", "role in roles"),
    ("web/first_steps.py", "role not in found.roles"),
}


def is_role(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name == "role" or (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                              and node.value.id == "Role")


def comparisons() -> set[tuple[str, str]]:
    """Every comparison of a role, by file."""
    found = set()
    for path in (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and any(map(is_role, [node.left, *node.comparators])):
                found.add((path.relative_to(ROOT).as_posix(), ast.unparse(node)))
    return found


def test_no_action_and_no_route_compares_a_role_itself() -> None:
    assert comparisons() == KNOWN


def test_no_page_compares_a_role_but_to_show_which_one_is_chosen() -> None:
    pages = (ROOT / "web" / "templates").rglob("*.html")
    found = [(path.name, word) for path in pages
             for word in re.findall(r"\brole(?:\.value)?\s+(?:==|!=|in)\s[^}%]*", path.read_text(encoding="utf-8"))]
    assert {(name, word.strip()) for name, word in found} == {
        ("people.html", "role in roles"), ("person.html", "role in roles"),  # the choices of a form
    }


def test_the_sets_of_roles_are_read_by_the_rules_alone() -> None:
    """A door or an action that imports the sets would decide by them."""
    names = re.compile(r"from rules\.roles import [^\n]*\b(OFFICE|TEAM|FIELD|HEADS|DESK|EVERYBODY)\b")
    found = {path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")
             if names.search(path.read_text(encoding="utf-8"))}
    assert found == {"web/today.py"} & found
