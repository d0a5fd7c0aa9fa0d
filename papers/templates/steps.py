"""Templates of the papers of the ladder: 督办单, 约谈通知书, 挂牌督办通知书, 摘牌通知书, 通报, 问题线索移送单."""

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Pt, RGBColor

from papers.gongwen import BODY, HEAD, THREE, TITLE, Gongwen, face

COLOURS = {"蓝色": RGBColor(0x1F, 0x5F, 0xBF), "橙色": RGBColor(0xD9, 0x6B, 0x00), "红色": RGBColor(0xC8, 0x10, 0x10)}


def slip() -> bytes:
    """督办单: the colour stands as a word and as ink; what is owed, what was done so far, what to do by when."""
    paper = Gongwen()
    paper.mark()
    paper.number()
    paper.blank()
    for word, ink in COLOURS.items():
        paper.control(f'{{%p if colour == "{word}" %}}')
        paper.line(f"【{word}】", HEAD, Pt(18), ALIGN.CENTER, colour=ink)
        paper.line("督  办  单", TITLE, Pt(26), ALIGN.CENTER, colour=ink)
        paper.control("{%p endif %}")
    paper.blank()
    _matter(paper)
    paper.head("三、督办要求")
    paper.text("{{ demand }}")
    _end(paper)
    return paper.bytes()


def _point(paper: Gongwen, head: str, text: str) -> None:
    """A head with its few words behind it on one line."""
    paragraph = paper.line(f"{head}：", HEAD, THREE, ALIGN.JUSTIFY, indent=2)
    face(paragraph.add_run(text), BODY, THREE)


def _matter(paper: Gongwen) -> None:
    paper.addressee("{{ unit }}：")
    _point(paper, "一、督办事项", "{{ matter }}")
    paper.head("二、办理情况")
    _facts(paper)


def _facts(paper: Gongwen) -> None:
    paper.control("{%p for one in facts %}")
    paper.text("{{ one }}")
    paper.control("{%p endfor %}")


def _end(paper: Gongwen) -> None:
    paper.signature()
    paper.contact()


def talk() -> bytes:
    """约谈通知书: who is asked to come when and where, by whom, and what about."""
    paper = Gongwen()
    paper.mark()
    paper.number()
    paper.title("约谈通知书")
    paper.addressee("{{ unit }}：")
    paper.text("因你单位“{{ matter }}”落实不力，经研究，决定对你单位进行约谈。现将有关事项通知如下：")
    for head, text in (
        ("一、约谈时间", "{{ when }}"), ("二、约谈地点", "{{ where }}"), ("三、约谈对象", "{{ whom }}"),
        ("四、约谈人", "{{ host }}"),
    ):
        _point(paper, head, text)
    paper.head("五、约谈事由")
    _facts(paper)
    paper.head("六、有关要求")
    paper.text(
        "请被约谈人按时参加，并携带情况说明和整改措施。因故不能参加的，应提前说明理由并报本机关同意。{{ demand }}"
    )
    _end(paper)
    return paper.bytes()


def listing() -> bytes:
    """挂牌督办通知书."""
    paper = Gongwen()
    paper.mark()
    paper.number()
    paper.title("挂牌督办通知书")
    _matter(paper)
    paper.head("三、挂牌督办要求")
    paper.text("经研究，决定对上述事项实行挂牌督办。{{ demand }}")
    paper.text("整改完成并经核实的，予以摘牌；逾期仍未完成的，按规定予以通报批评。")
    _end(paper)
    return paper.bytes()


def delisting() -> bytes:
    """摘牌通知书: the closing record of a listing with what was verified."""
    paper = Gongwen()
    paper.mark()
    paper.number()
    paper.title("摘牌通知书")
    paper.addressee("{{ unit }}：")
    paper.text("{{ listed }}")
    paper.text("经核实：{{ verified }}")
    paper.text("经研究，决定自即日起对“{{ matter }}”予以摘牌。请你单位巩固整改成果，防止问题反弹。")
    _end(paper)
    return paper.bytes()


def criticism() -> bytes:
    """通报: names one unit and one matter; it ranks nobody, who is best or worst is for people to say."""
    paper = Gongwen()
    paper.mark()
    paper.number()
    paper.title("关于{{ unit }}督办事项落实不力的通报")
    paper.addressee("各有关单位：")
    paper.text("{{ unit }}“{{ matter }}”未按要求落实。现将有关情况通报如下：")
    _facts(paper)
    paper.text("经研究，决定对{{ unit }}予以通报批评。{{ demand }}")
    paper.text("各有关单位要引以为戒，对照检查，切实抓好督办事项的落实。")
    _end(paper)
    return paper.bytes()


def referral() -> bytes:
    """问题线索移送单: to whom, what for, the matter, its findings one by one."""
    paper = Gongwen()
    paper.mark()
    paper.number()
    paper.title("问题线索移送单")
    paper.addressee("{{ receiver }}：")
    paper.text("现将督察工作中发现的有关问题线索移送你单位，请依规依纪依法处理，并反馈处理结果。")
    for head, text in (("一、移送用途", "{{ use }}"), ("二、涉及单位", "{{ unit }}"), ("三、涉及事项", "{{ matter }}")):
        _point(paper, head, text)
    paper.head("四、基本情况")
    _facts(paper)
    paper.control("{%p if findings %}")
    paper.head("五、有关问题")
    paper.control("{%p endif %}")
    paper.control("{%p for one in findings %}")
    paper.text("{{ one }}")
    paper.control("{%p endfor %}")
    paper.text("请将受理和处理情况函告本机关。")
    _end(paper)
    paper.note("（本件限于办理移送事项使用，请妥善保管，不得扩散。）")
    return paper.bytes()
