"""Templates of the letters to one unit."""

from papers.gongwen import Gongwen


def feedback() -> bytes:
    """督察反馈意见: every problem under its number in the ledger, then what is asked and by when."""
    paper = _head("督察反馈意见")
    paper.text("{{ opening }}")
    paper.head("一、存在的问题（共{{ problems|length }}个）")
    paper.control("{%p for one in problems %}")
    paper.text("{{ loop.index }}．{{ one.text }}（台账编号：问题{{ one.no }}，{{ one.source }}）")
    paper.control("{%p endfor %}")
    paper.head("二、整改要求")
    paper.text("{{ demands }}")
    paper.text("{{ limit }}")
    return paper.signed()


def opinion() -> bytes:
    """行政执法监督意见书: what was found, point by point, and by when to answer where."""
    paper = _head("{{ title }}")
    paper.text("{{ opening }}")
    paper.control("{%p for one in findings %}")
    paper.text("{{ one.mark }}{{ one.text }}")
    paper.control("{%p endfor %}")
    paper.text("{{ demand }}")
    return paper.signed()


def _head(title: str) -> Gongwen:
    paper = Gongwen()
    paper.mark()
    paper.number()
    paper.title(title)
    paper.addressee("{{ unit }}：")
    return paper
