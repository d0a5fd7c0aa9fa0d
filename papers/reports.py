"""Reports upward, circulars and digests: what each must be given."""

from models.paper_words import PaperKind
from papers.form import Form
from papers.templates import reports

TO, ADVICE = {"to": "主送机关"}, {"advice": "下一步建议"}
OVERALL = {"overall": "总体评价", "found": "发现的问题", "rect": "整改情况"}
DIGEST = Form({"lines": "情况"}, reports.digest)
REPORTS: dict[PaperKind, Form] = {
    PaperKind.REPORT: Form(
        TO | {"work": "工作开展情况"} | OVERALL | ADVICE, reports.report, title="关于{cycle}督察情况的报告"
    ),
    PaperKind.BRIEF: Form(
        TO | {"name": "专报对象", "facts": "基本情况"} | ADVICE, reports.brief, title="关于{name}督察情况的专报"
    ),
    PaperKind.EVALUATION: Form(
        TO | {"period": "评估时段"} | OVERALL | ADVICE, reports.evaluation,
        title="关于{cycle}实施情况的评估报告（{period}）",
    ),
    PaperKind.RESULTS: Form(
        TO | OVERALL | {"advice": "工作要求"}, reports.results, title="关于{cycle}督察情况的通报"
    ),
    PaperKind.DIGEST_WEEK: DIGEST, PaperKind.DIGEST_MONTH: DIGEST,
}
