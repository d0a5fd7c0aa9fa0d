"""A step of the cycle that is printed with its days and that no reader took: named, so that nobody misses it."""

import re

from plans.document import Document
from plans.issued import Doubt, Head, Part
from plans.readers.split import paragraphs
from plans.readers.stage.kinds import figures, kinds_in

LOOKED_AT = "已核对"
DAY = r"(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日|[上中下]旬|底)"
SPAN = re.compile(rf"{DAY}起?[—–\-~～至到]+{DAY}")
LONGEST = 160  # letters of a paragraph that tells of steps; longer ones tell of work


def read_missed(document: Document, head: Head, part: Part) -> Part:
    """One doubt for every short paragraph that speaks of a step, prints a first and a last day, and was not read."""
    taken = {one.source for one in part.stages} | {one.source for one in part.windows}
    taken |= {one.source for one in part.tasks}
    handed = " ".join(one.sentence for one in part.handovers)
    found = []
    for line in paragraphs(document):
        span = SPAN.search(figures(line.text)) if len(line.text) <= LONGEST and line.where not in taken else None
        if span and span[0] not in handed and kinds_in(line.text):
            what = f"写有“{span[0]}”，没有读作阶段；如是督察的阶段或轮次，请在采用后设置。"
            found.append(Doubt(f"stage-missed-{line.number}", line.where, what, (LOOKED_AT,)))
    return Part(doubts=found)
