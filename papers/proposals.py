"""加分扣分建议: what the paper must be given."""

from models.paper_words import PaperKind
from papers.form import Form
from papers.templates.proposals import proposals

PROPOSALS: dict[PaperKind, Form] = {
    PaperKind.PROPOSALS: Form(
        {"cycle": "督察周期", "receiver": "报送对象", "results": "各单位情况", "proposals": "加分扣分建议"}, proposals,
    ),
}
