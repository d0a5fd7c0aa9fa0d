"""Template of 加分扣分建议."""

from papers.gongwen import Gongwen


def proposals() -> bytes:
    """How the stages and units stand, each proposal with its reason and findings, and where it is signed."""
    paper = Gongwen()
    paper.mark()
    paper.number_and_signer()
    paper.title("{{ title }}")
    paper.addressee("{{ receiver }}：")
    paper.text("现将{{ cycle }}情况和加分扣分建议报告如下，请审定。")
    paper.head("一、督察情况")
    paper.control("{%p if stages %}")
    paper.text("{{ stages }}")
    paper.control("{%p endif %}")
    paper.table(
        ("单位", "打分及检查情况", "问题（个）", "已销号（个）"),
        ("{{ row.unit }}", "{{ row.score }}", "{{ row.problems }}", "{{ row.closed }}"), "row in results",
        (42, 70, 22, 22),
    )
    paper.head("二、加分扣分建议")
    paper.control("{%p for one in proposals %}")
    paper.subhead("{{ loop.index }}. {{ one.unit }}：建议{{ one.points }}")
    paper.text("理由：{{ one.reason }}。")
    paper.control("{%p for said in one.findings %}")
    paper.text("依据{{ loop.index }}：{{ said }}")
    paper.control("{%p endfor %}")
    paper.text("提出：{{ one.by }}")
    paper.text("审定：{{ one.decided }}")
    paper.control("{%p endfor %}")
    paper.blank()
    paper.text("审批意见（签字）：　　　　　　年　　月　　日")
    return paper.signed()
