"""The word by which the numbers of each kind of paper are told apart (机关代字之后的类别字)."""

from models.paper_words import PaperKind

WORDS: dict[PaperKind, str] = {
    PaperKind.FEEDBACK: "督反", PaperKind.OPINION: "行政监", PaperKind.SLIP: "督办", PaperKind.TALK: "督约",
    PaperKind.LISTING: "督挂", PaperKind.DELISTING: "督摘", PaperKind.CRITICISM: "督通", PaperKind.RESULTS: "督情",
    PaperKind.REPORT: "督报", PaperKind.BRIEF: "督专", PaperKind.EVALUATION: "督评", PaperKind.PROPOSALS: "督分",
    PaperKind.REFERRAL: "督移",
}
