"""`python -m commands.licences`: docs/licences.md from the lock files and what is installed."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {"requirements.lock": "running", "requirements-dev.lock": "development"}
PAGE = ROOT / "docs" / "licences.md"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
HEAD = """# Licences of everything that is locked

Written by `make licences` out of the metadata of the installed packages; `tests/test_licences.py` fails when a locked
package is missing here, has another version, or has a licence nobody has looked at. "not for this system": locked for
others, and its metadata is not here to be read.

| package | version | for | licence |
|---|---|---|---|
"""
ABSENT = "not for this system"


def locked(name: str) -> dict[str, str]:
    """The packages of a lock file with their version; where systems differ, with both: "1.0 / 1.1"."""
    found: dict[str, list[str]] = {}
    for package, version in PINNED.findall((ROOT / name).read_text(encoding="utf-8")):
        found.setdefault(package.lower().replace("_", "-"), []).append(version)
    return {package: " / ".join(sorted(versions)) for package, versions in found.items()}


def licence_of(package: str) -> str:
    """What a package says of its licence: SPDX expression, classifiers, or first line."""
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return ABSENT
    if "License-Expression" in said:
        return said["License-Expression"]
    classes = [one.split(" :: ")[-1] for one in said.get_all("Classifier", []) if one.startswith("License ::")]
    plain = [one for one in classes if one != "OSI Approved"]
    first = " ".join(said.get_all("License", [])).strip().split("\n")[0][:60]
    return " / ".join(plain) or first or "unstated"


def lines() -> list[str]:
    """The table's lines, runtime first."""
    found: dict[str, tuple[str, str, str]] = {}
    for name, use in LOCKS.items():
        for package, version in locked(name).items():
            found.setdefault(package, (version, use, licence_of(package)))
    return [f"| {package} | {version} | {use} | {licence} |"
            for package, (version, use, licence) in sorted(found.items())]


def main() -> None:
    PAGE.write_text(HEAD + "\n".join(lines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
