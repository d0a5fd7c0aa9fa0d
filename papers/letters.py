"""Letters to one unit: what each must be given."""

from models.paper_words import PaperKind
from papers.form import Form
from papers.templates import letters

LETTERS: dict[PaperKind, Form] = {
    PaperKind.FEEDBACK: Form(
        {"unit": "被督察单位", "opening": "督察依据", "problems": "问题", "demands": "整改要求", "limit": "报送时限"},
        letters.feedback,
    ),
    PaperKind.OPINION: Form(
        {"unit": "被监督单位", "opening": "案由", "findings": "发现的问题", "demand": "整改要求"}, letters.opinion,
    ),
}
