"""Stages told of in running text, where no heading names any."""

import re
from collections.abc import Iterator

from plans.document import Line
from plans.readers.stage.kinds import figures, kinds_in
from plans.readers.stage.words import CALLED, DAYS, MONTHS, Found

THEN = re.compile(rf"(?P<text>{MONTHS})(?:开展|进行|组织|集中)+“?(?P<name>[\u4e00-\u9fff]{{2,8}})")
RUN = re.compile(
    rf"(?:^|[；;。，,：:])(?:首先|其次|随后|然后|最后|之后|其中)?[，,]?(?:[于在自从])?"
    rf"(?P<text>{DAYS}起?[—–\-~～至到]{DAYS}(?:止|期间)?|{DAYS}(?:之前|以前|前))[，,]?(?P<rest>(?:(?![，,]\d)[^；;。]){{2,60}})"
)
LABEL = re.compile(r"“?(?P<name>[\u4e00-\u9fff“”]{2,10}?)(?:时间|时限|期限)?[:：](?P<text>[^。；;]{3,40})。?")
FEWEST = 3  # steps of different kinds in one paragraph: fewer may be duties of one step


def told_in(lines: list[Line]) -> Iterator[Found]:
    """Labels in lines of their own (进驻时间：6月1日至12日), else what a paragraph tells."""
    labelled = [
        Found(hit["name"], hit["text"], line) for line in lines
        if (hit := LABEL.fullmatch(line.text)) and kinds_in(hit["name"]) and re.search(r"\d", hit["text"])
    ]
    yield from labelled if len(labelled) > 1 else _paragraphs(lines)


def _paragraphs(lines: list[Line]) -> Iterator[Found]:
    """10月13日至24日为自查阶段；…；12月上旬开展“回头看”; else steps of three kinds with their times in one paragraph,
    each of which a person confirms."""
    for line in (Line(figures(one.text), one.number) for one in lines):
        called = list(CALLED.finditer(line.text))
        if len(called) > 1:
            yield from (Found(one["name"], one["text"], line) for one in called)
            rest = THEN.finditer(line.text[called[-1].end() :])
            yield from (Found(hit["name"], hit["text"], line) for hit in rest if kinds_in(hit["name"]))
            continue
        run = [hit for hit in RUN.finditer(line.text) if kinds_in(hit["rest"])]
        if len({kinds_in(hit["rest"])[-1] for hit in run}) >= FEWEST:
            yield from (Found(hit["rest"], hit["text"], line, guess=hit["text"] + hit["rest"]) for hit in run)
