"""Templates of the letters to one unit."""

from papers.gongwen import Gongwen


def opinion() -> bytes:
    """行政执法监督意见书: what was found, point by point, and by when to answer where."""
    paper = Gongwen()
    paper.mark()
    paper.number()
    paper.title("行政执法监督意见书")
    paper.addressee("{{ unit }}：")
    paper.text("{{ opening }}")
    paper.control("{%p for one in findings %}")
    paper.text("{{ one.mark }}{{ one.text }}")
    paper.control("{%p endfor %}")
    paper.text("{{ demand }}")
    paper.signature()
    paper.note("（联系人：{{ contact }}，联系方式：{{ phone }}）")
    return paper.bytes()
