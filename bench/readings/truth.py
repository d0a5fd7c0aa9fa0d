"""Every value of the issued sources' hand-checked content beside the one that is read, by kind and by format."""

from collections.abc import Callable

from bench.measure import Figure
from bench.readings.lists import lushan, xiayi
from bench.readings.prose import jinchuan, liaoning
from bench.readings.puyang import puyang
from bench.readings.values import KINDS, SHARED, Paper, Value, papers, tally
from bench.readings.xinshao import xinshao

Compare = Callable[[Paper], list[Value]]
SOURCES: dict[str, dict[int, str]] = {
    "puyang-2020.docx": {0: "puyang"}, "puyang-2020.txt": {0: "puyang"}, "lushan-2021.docx": {0: "lushan"},
    "lushan-2021.txt": {0: "lushan"}, "xiayi-2023.txt": {0: "xiayi"}, "xinshao-2024.docx": {0: "xinshao"},
    "xinshao-2024.txt": {0: "xinshao"}, "compilation.txt": {0: "jinchuan", 2: "liaoning"},
}
COMPARED: dict[str, Compare] = {"puyang": puyang, "lushan": lushan, "xiayi": xiayi, "xinshao": xinshao,
                                "jinchuan": jinchuan, "liaoning": liaoning}


def figures() -> list[Figure]:
    found: list[Figure] = []
    read: dict[str, list[Value]] = {}
    for file, names in SOURCES.items():
        if not (SHARED / "sources" / file).exists() or not (SHARED / "ground-truth").is_dir():
            print(f"{file}: not beside this checkout, so nothing of it is compared")
            continue
        for name, paper in zip(names.values(), papers(file, names), strict=True):
            values = COMPARED[name](paper)
            read[paper.file] = values
            found += _of_paper(paper, values)
            _tell(paper, values)
    return found + _both(read)


def _of_paper(paper: Paper, values: list[Value]) -> list[Figure]:
    found = []
    for kind in KINDS:
        counted = tally(values, kind)
        if whole := sum(counted.values()):
            name = f"{paper.file}: {kind} equal, {counted['equal']} of {whole}"
            found.append(Figure(name, 100 * counted["equal"] / whole, 100, "%", least=True))
            rest = "、".join(f"{name} {n}" for name, n in counted.items() if name != "equal")
            print(f"{paper.file}: {kind}: equal {counted['equal']} of {whole}{f' ({rest})' if rest else ''}")
    wrong = sum(value.verdict == "wrong" for value in values)
    return [*found, Figure(f"{paper.file}: wrong without a doubt", wrong, 0, "")]


def _tell(paper: Paper, values: list[Value]) -> None:
    """Each value that is not equal, what was set aside and why, and the parts nobody compared."""
    for value in values:
        if value.verdict != "equal":
            print(f"{paper.file}: {value.verdict} {value.kind} {value.where}: {value.wanted!r}, read {value.found!r}")
    for reason in paper.set_aside:
        print(f"{paper.file}: set aside {reason}")
    print(f"{paper.file}: not compared (notes, words with no value): {'、'.join(paper.truth.unseen)}")


def _both(read: dict[str, list[Value]]) -> list[Figure]:
    """Whether .docx and .txt of the same paper give the same values."""
    found = []
    for file in [file for file in read if file.endswith(".docx")]:
        text = file.replace(".docx", ".txt")
        if text in read:
            pairs = _paired(read[file]), _paired(read[text])
            same = [key for key in pairs[0] if key in pairs[1] and pairs[0][key] == pairs[1][key]]
            for key in sorted(pairs[0].keys() & pairs[1].keys() - set(same)):
                print(f"{file} and .txt differ, {' '.join(key)}: {pairs[0][key]!r} and {pairs[1][key]!r}")
            both = pairs[0].keys() & pairs[1].keys()
            name = f"{file} and .txt: same values, {len(same)} of {len(both)}"
            found.append(Figure(name, 100 * len(same) / max(1, len(both)), 100, "%", least=True))
    return found


def _paired(values: list[Value]) -> dict[tuple[str, str], object]:
    return {(value.kind, value.where): value.found for value in values}
