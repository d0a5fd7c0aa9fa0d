"""The words of one clause that hands something in: who, what, to whom, by when, in what form."""

import re
from dataclasses import dataclass, field

from plans.readers.running_text.brackets import cut

HAN = r"\u4e00-\u9fff"
BODY_END = (
    r"(?:办公室|委员会|人民政府|政府|领导小组|党工委|党委|党组|管委会|指挥部|专班|单位|部门|机关|大队|支队|总队|中心|街道|领导|负责人|乡镇"
    r"|各地|各级|有关方面|对象|督[察查导]组|[检核][查验]组|考核组|工作组|验收组|小组|组|学校|院校|公司|企业|银行|集团|协会|农贸区|开发区|园区|示范区"
    r"|[局办委厅院部处科股室站所会镇乡县市区府])(?:[（(][^（）()]*[)）])?$"
)
NOT_BODY = re.compile(
    r"工作$|情况|报告|方案|意见|问题|阶段|期间|要求|任务|制度|材料|清单|[年月日]$|\d[年月日]"
    r"|^(?:本次|此次|对|在|把|将|以|按|根据|为|经|从|依(?!法治)|凡|切实|要|通过|向|由|督促|要求|提请|会同|指导|定期|通报|审查|严格|能|及时|适时|积极|加强|做好)"
)
COLLECTIVE = re.compile(
    r"^各(?:地|级|有关|相关|[省市县区乡镇州]|街道|部门|单位|成员|责任|督|检|行政|执法|党|政|牵头|参|承|[科处股室]|园|村|社区|工作组|专项组|被)"
    r"|^被(?:督|检|巡|考|监|验|评)|^受(?:检|监|督|考)|^全[省市县区]各|各(?:有关|相关)?(?:单位|部门)$"
    r"|^[省市州县区]直.*(?:单位|部门|机关)$|^有关.*(?:单位|部门)$|^[^各]{0,3}(?:乡镇|街道)(?:[（(].*[)）])?$|^街道办事处$"
    r"|^(?:督[察查导]|检查|考核|考评|评估|验收|巡查|监督)对象$"
)
TEAMS = re.compile(r"(?:督[察查导]|检查|核查|考核|验收|评估|暗访|巡[察查])组$")
ACTS = re.compile(
    r"(?:要(?!求|点)|拟|计划(?!表|单列)|定于|预计|应(?!急)|须|必须|负责|于|在|将|把|向|每|接到|收到|根据|结合|按照?|对(?!外)|依据|会同|可|认真|及时|组织(?!部)|牵头|成立|抽调|配合"
    r"|汇总|进行|开展|制[定订]|形成|提出|完成|报送|上报|提交|报|印发|务必|统一|分别|自(?![查然治来评行]))"
)
MADE_UP = re.compile(rf"组成(?P<who>[{HAN}]{{0,8}}(?:督[察查导]|检查|核查|考核|验收|评估)组)")

NUM = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
CLOCK = rf"(?:\s*(?:上午|下午|中午|晚)?(?:{NUM}[:：时点](?:\d{{2}}分?)?(?:整)?|下班))?"
YEAR = r"(?:(?:(?:19|20)\d\d|今|本|当|明|次|同|每)年度?)?"
MONTH = rf"{YEAR}(?:{NUM}月份?(?:{NUM}[日号]|[底末初]|[上中下]旬)?|{NUM}[日号]|[底末])"
WEEKDAY = r"(?:[（(](?:周|星期)[一二三四五六日天][)）])?"
HAPPENS = (
    "收到|接到|接|签收|作出|印发|发布|发现"
    "|(?:实地)?(?:督[察查导]|检查|自查|整改|验收|考核|会议|活动)(?!单位|组|对象|人员|意见|方案|办|部门|结果|情况|报告|清单)"
)
FROM = "自(?![评查治我行])|[从于在]"
EVENT = rf"(?:(?:{FROM})[^，。；,;]{{2,26}}?(?:之日起|之?后)|(?:{HAPPENS})[^，。；,;]{{0,14}}?(?:之日起|之?后))"
SOON = r"及时|适时|第一时间|立即|尽快|限期|(?:规定|要求|限定)(?:的)?(?:时间|时限|期限)(?:之?内)?|按[时期]|另行通知"
# by how firmly each binds; the first kind found in a clause is its limit
LIMITS = tuple(re.compile(pattern) for pattern in (
    rf"(?:务必|请)?(?:[于在]|不[得应]?[迟晚]于|最[迟晚]|截止(?:时间|日期)?[为是：:]?)?"
    rf"每(?:个)?(?:年度?|半年|季度?|月|周[一二三四五六日天]?|旬)(?:度)?(?:末月|第一个月|首月)?(?:{MONTH})?"
    rf"(?:[（(][^（）()]{{1,8}}[)）])?{CLOCK}(?:(?:之|以)?前)?",
    rf"(?:务必|请)?(?:[于在]|最[迟晚])?{MONTH}{WEEKDAY}{CLOCK}(?:之|以)?前",
    rf"(?:务必)?(?:不[得应]?[迟晚]于|最[迟晚](?:于|在)?|截止(?:时间|日期)?[为是：:]?|截至){MONTH}{WEEKDAY}{CLOCK}(?:(?:之|以)?前)?",
    rf"(?:{EVENT})?(?:的)?{NUM}个?(?:工作日|自然日|日|天|个月|月|周|小时)(?:之|以)?内(?:之?前)?",
    rf"(?:(?:19|20)\d\d年|今年)?{NUM}月{NUM}[日号]\s*(?:至|到|—+|-+|－|～|~)\s*(?:{NUM}月)?{NUM}[日号](?:期间)?",
    rf"[于在]{MONTH}{WEEKDAY}{CLOCK}(?![{HAN}]{{0,6}}(?:以来|至今|召开|印发))",
    rf"(?:确保|赶?在)?(?P<event>[{HAN}]{{2,12}}?)(?:之|以)前|(?:[于赶]?在)[{HAN}]{{2,10}}前",
    EVENT,
    SOON,
))
DATED = 7  # how many of them name a day, a length of time or a period

FORMS = re.compile(
    r"一式[\d一二两三四五六七八九十]+份|(?:[（(])?(?:含|同时|另)?(?:附|报送?|发送)?(?:电子(?:版|文档|稿|文本)|纸质(?:版|材料|件|文件)|扫描件|PDF版?|盖章件)[^，。；,;）)]*[)）]?"
    r"|[（(]?加盖公章后?[)）]?|盖章后|书面|正式行文|以书面形式|以正式文件(?:形式)?"
)
ATTACHED = re.compile(
    rf"[（(]?(?<!详见)(?:附|并附|后附|一并附上?)(?P<what>[{HAN}、《》]{{2,20}}?)(?:[)）]|$|(?=[，,。]))"
)
DOC = re.compile(
    r"(?:报告|总结|清单|方案|台账|材料|情况|名单|[表册]|意见书?|计划|汇报|建议|说明|结果|回执|数据|通报|函|整改书|信息|文件|资料|复印件|证明)"
    r"(?:等)?(?:[（(][^（）()]*[)）])?$"
)
APPROVAL = re.compile(r"批准|审批|审定|审议|同意|审核同意|研究决定")
LEADING = re.compile(
    rf"^(?P<what>[{HAN}]{{2,12}}?(?:报告|总结|方案|清单|台账|材料|情况|名单|[^代]表|结果))(?:[（(][^（）()]*[)）])?(?=由|经|须|应|要|并|$)"
)
TAIL = re.compile(r"(?:审[核定批查议阅]|备案|备查|汇总|批准|同意|研究|存档|审阅|归档|[（(]|进行|予以|处|邮箱|，|,).*$")
OF_IT = re.compile(r"^(?:备案|审[查核批])?的|^备案")  # 报送备案的文件 speaks of papers handed in before
LONGEST = 250  # no clause of a paper runs on so long
NEVER = re.compile(r"^关于|不得|不能|不再|未[经按]|未(?:及时)?[上报提]|逾期|现将|听取|你单位|你们")
HOW = r"(?:书面|正式|统一|及时|分别|如实|集中|专题|定期|一并|同时|逐级|按[时期]|汇总后?)*"
REPORT = r"(?<![汇通举申填简公海日周月情预年晚早党墙板播书])报(?![告刊道名销纸批警考复酬表经请头国])"
SEND = rf"(?:报送|上报|呈报|提交|递交|送交|送达|报备|函告|反馈|发送|{REPORT}|交回|交|送)(?![通代易流付叉办审])"
BARE_SEND = rf"(?:报送|上报|呈报|提交|递交|送交|反馈|{REPORT})"
WHO = "^(?P<who>.*?)"
TOLD = "报送|上报|提交|递交|送交|报告|汇报|反馈|呈报|报备|备案|函告|移交"
TO = re.compile(rf"{WHO}向(?P<to>[^向]{{2,50}}?){HOW}(?P<verb>{TOLD})(?P<what>.*)$")
OBJECT = re.compile(rf"{WHO}(?:将|把)(?P<what>.+?){HOW}(?P<verb>{SEND})(?:至|到|给|往|于)?(?P<to>.*)$")
BARE = re.compile(rf"{WHO}{HOW}(?P<verb>{BARE_SEND})(?:至|到|给|往)?(?P<to>.+)$")
ON_SITE = re.compile(
    rf"{WHO}(?P<place>现场|当场)(?:(?:向|对)(?P<to>[^对向]*单位))?(?:对(?P<what>.+?)进行反馈|反馈(?P<told>.*))$"
)
AHEAD = r"^(?:本地本部门|本次|此次|本单位|本部门|本地区?|本[县市区乡镇]|各自|相关的?|有关|[了的其和及]|《)+"
LETTERS = "反馈意见|意见书|整改通知书?|督办[单函]|整改清单"
ISSUE = re.compile(rf"{WHO}(?P<verb>印发|下达|出具|制发|下发)(?P<what>.*(?:{LETTERS})》?)(?:[（(].*)?$")
DRAW = re.compile(
    rf"{WHO}(?P<verb>制[定订]|形成|编制|编排|拟[定订]|撰写|起草|填[写报])"
    rf"(?:本[{HAN}]{{0,4}}|切实可行的)?(?P<what>[^，。]{{2,40}})$"
)


MADE = re.compile(rf"(?:制[定订]|形成|编制|拟[定订]|撰写|起草|填[写报])(?P<what>[{HAN}]{{2,20}}?)(?:后|并|，)$")


@dataclass
class Hit:
    """What one clause says of handing something in; empty where it does not say."""

    who: list[str] = field(default_factory=list)
    what: str = ""
    to: list[str] = field(default_factory=list)
    verb: str = ""
    approval: bool = False


def body(name: str) -> bool:
    """Whether words name a body that can owe or receive a paper."""
    bare = name.strip("，、 ")
    if not 2 <= len(bare) <= 40 or NOT_BODY.search(bare):
        return False
    return re.search(BODY_END, bare) is not None


def bodies(text: str) -> list[str]:
    """The bodies a list names; none where one of its parts is no body."""
    parts = [piece for name in re.split("、(?![^（(]*[）)])", text.strip("，、 ")) for piece in _and(name)]
    return parts if parts and all(map(body, parts)) else []


def _and(name: str) -> list[str]:
    for found in re.finditer("会同|以及|[和及与]", name):
        left, right = name[:found.start()], name[found.end():]
        if body(left) and body(right):
            return [*_and(left), *_and(right)]
    return [name]


def subject(clause: str) -> list[str]:
    """The bodies a clause begins with when a verb, 要, 于 or their like follow."""
    text = re.sub(r"^(?:\d+[.．、]|[（(][^（）()]{1,3}[)）])?(?:并|请|同时|且|随后|最后|原则上)?由?", "", clause)
    for found in ACTS.finditer(text):
        named = bodies(re.sub("(?:均|都)?(?:请|务必)$", "", text[:found.start()]))
        if named:
            return named
    return bodies(text) if re.search("单位$|部门$", text) else []


def limit_of(clause: str) -> tuple[str, int]:
    """The printed limit in a clause and how firm it is (0 the firmest); words and -1 where there is none."""
    for rank, pattern in enumerate(LIMITS):
        found = pattern.search(clause)
        if found and found[0]:
            text = re.sub("^(?:确保|请|务必)", "", found[0])
            return text, rank
    return "", -1


def limits_of(clause: str) -> list[str]:
    """Every dated limit in a clause, each once."""
    found: list[str] = []
    rest = clause
    while (one := limit_of(rest))[1] in range(DATED):
        found.append(one[0])
        rest = rest.replace(one[0], "，", 1)
    return found


def hit(clause: str) -> Hit | None:
    """What a clause hands in; None where it hands in nothing. Limits and forms are taken out before."""
    text = _bare(clause)
    if NEVER.search(text):
        return None
    for pattern, reader in ((ON_SITE, _on_site), (TO, _to), (OBJECT, _object), (ISSUE, _issue), (BARE, _sent)):
        match = pattern.match(text)
        found = reader(match) if match else None
        if found:
            return found
    return None


def drawn(clause: str) -> Hit | None:
    """A paper that a clause has drawn up: 形成自查报告."""
    match = DRAW.match(_bare(clause))
    if match is None or not DOC.search(match["what"]) or re.search("[将把向对]", match["what"]):
        return None
    return Hit(subject(match["who"] + match["verb"]), tidy(match["what"]), verb=match["verb"])


def _bare(clause: str) -> str:
    text = FORMS.sub("", ATTACHED.sub("", clause))
    for limit in filter(None, (*limits_of(text), limit_of(text)[0])):
        text = text.replace(limit, "", 1)
    return re.sub("[（(][)）]", "", text).strip("，, ：:")


def _to(match: re.Match[str]) -> Hit | None:
    to = bodies(match["to"])
    what = match["what"].strip("，")
    if not to or (match["verb"] in ("报告", "汇报") and what and not DOC.search(what) and len(what) > 30):
        return None
    return Hit(subject(match["who"] + "向"), tidy(what), to, match["verb"])


def _object(match: re.Match[str]) -> Hit | None:
    to, what = _receivers(match["to"]), match["what"]
    if not to and not (DOC.search(what) and not match["to"].strip()):
        return None
    return Hit(subject(match["who"] + "将"), tidy(what), to, match["verb"], bool(APPROVAL.search(match["to"])))


def _issue(match: re.Match[str]) -> Hit:
    return Hit(subject(match["who"] + "印发"), tidy(match["what"]), verb="印发")


def _on_site(match: re.Match[str]) -> Hit:
    what = tidy(match["what"] or match["told"] or "")
    return Hit(subject(match["who"] + "对"), f"{match['place']}反馈{what}", bodies(match["to"] or ""), "反馈")


def _sent(match: re.Match[str]) -> Hit | None:
    """报送 with a receiver, with a paper, or 报送 a paper 至 a receiver."""
    rest, approval = match["to"], bool(APPROVAL.search(match["to"]))
    what, _, to = rest.partition("至") if "至" in rest else (rest, "", "")
    who = match["who"]
    paper = tidy(who) if DOC.search(who) else ""
    if made := MADE.search(who):  # 制定整改方案并报…: what is made is what is handed in
        named, to_whom = subject(who[:made.start()] + "报送"), _receivers(rest)
        return Hit(named, tidy(made["what"]), to_whom, match["verb"], approval) if to_whom else None
    named = [] if paper else subject(who + "报送")
    if not to and _receivers(rest):
        return Hit(named, paper, _receivers(rest), match["verb"], approval)
    if DOC.search(what) and match["verb"] not in ("报", "反馈") and not OF_IT.search(what):
        return Hit(named, tidy(what), _receivers(to), match["verb"], approval)
    return None


def _receivers(text: str) -> list[str]:
    return bodies(TAIL.sub("", text))


def tidy(words: str) -> str:
    """A paper's name without what leads to it."""
    text = re.sub(AHEAD, "", words.strip("，,、 "))
    return text.removesuffix("》").removesuffix("等")


def clauses(sentence: str) -> list[str]:
    """A sentence without its number and heading, cut at its commas."""
    text = re.sub(r"^(?:[一二三四五六七八九十]{1,3}、|[（(][^（）()]{1,3}[)）]|\d{1,2}[.．、])", "", sentence)
    return [clause for clause in cut(text, ",") if len(clause) <= LONGEST]
