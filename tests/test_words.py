"""The words of the pages: every Chinese run goes through the catalogue, and the catalogue is whole."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes

from web.catalogue import PO, english_words, read_catalogue
from web.language import ENGLISH, speaking
from web.literals import HOLE, has_han, sentences
from web.page import PAGES
from web.phrases import COUNTS, phrases
from web.said import PLURAL, find, in_english, said_plain
from web.words_out import LEFT_OUT, ROOT, SCRIPT, STATIC, TEMPLATES, renamed, script_words, words_found

PLACES = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
MARKED = re.compile(r'<(\w+)[^<>]*?\slang="zh-CN"(?:"[^"]*"|[^>"])*>(?:(?:(?!</?\1\b).)*</\1>)?', re.S)
CATALOGUE = [one for one in read_catalogue() if one.id]
KEYS = ("get", "split", "replace", "join", "equalto")


def places(text: str) -> list[str]:
    return sorted({one or other for one, other in PLACES.findall(text)})


def bare(text: str) -> str:
    """A text without the Chinese it quotes on purpose."""
    return re.sub(r"“[^”]*”|<span lang=zh-CN>[^<]*</span>|每\S+ |每\S+$", "", text)


def test_every_word_has_its_english() -> None:
    assert [one.id for one in CATALOGUE if not one.string] == []


def test_no_translation_is_doubtful_or_left_over() -> None:
    known = read_catalogue()
    assert [one.id for one in CATALOGUE if one.fuzzy] == []
    assert list(known.obsolete) == []


def test_the_catalogue_holds_exactly_the_words_there_are() -> None:
    """`make words` was run after the last change of a sentence."""
    found, known = {one.id for one in words_found() if one.id}, {one.id for one in CATALOGUE}
    assert sorted(found - known) == [] and sorted(known - found) == []


def test_a_translation_keeps_every_place_and_no_chinese() -> None:
    for one in CATALOGUE:
        english = str(one.string)
        assert places(str(one.id)) == places(english), one.id
        assert not has_han(bare(english)), english
        assert '"' not in english, f"{english}: a straight quotation mark would end the attribute it stands in"


def sample(msgid: str) -> tuple[str, dict[str, str]]:
    """A sentence as code would say it: a word of its own in each hole, a figure where it counts."""
    names = HOLE.findall(msgid)
    figure = [name.rstrip("23456") in COUNTS for name in names]
    values = {name: str(41 + n) if figure[n] else f"x{chr(97 + n)}" for n, name in enumerate(names)}
    return HOLE.sub(lambda hole: values[hole[1]], msgid), values


def in_words(english: str, values: dict[str, str]) -> str:
    chosen = PLURAL.sub(lambda found: f"{{{found[1]}}} {found[3]}", english)
    return HOLE.sub(lambda hole: values[hole[1]], chosen)


def squeezed(text: str) -> str:
    return text.replace(" ", "")


FROM_BELOW = [one for one in CATALOGUE if "%(" not in one.id and any(".py" in path for path, _ in one.locations)]


def test_every_sentence_finds_its_own_english() -> None:
    for one in FROM_BELOW:
        text, values = sample(str(one.id))
        found = find(text)
        assert found is not None, one.id
        # of two holes side by side nobody can say where one ends, so only the words and their order are compared
        said = "".join(bit for bit, _ in found.bits)
        assert squeezed(said) == squeezed(in_words(str(one.string), values)), one.id


def test_few_patterns_are_tried_for_a_sentence() -> None:
    """Of more than a thousand patterns a sentence meets only those that share its rarest words."""
    many = sum(1 for chinese in english_words() if HOLE.search(chinese))
    tried = []
    for one in FROM_BELOW:
        if HOLE.search(str(one.id)):
            before = phrases().tried
            find(sample(str(one.id))[0])
            tried.append(phrases().tried - before)
    assert many > 500
    assert sum(tried) / len(tried) < many / 50
    assert max(tried) < many / 5


def test_sentences_joined_from_parts_are_said_part_by_part() -> None:
    with speaking(ENGLISH):
        words = said_plain("原文没有写明日期，请补录。2027年放假通知未入库，工作日暂按周一至周五推算；由周一变为周三")
    assert words == (
        "The text gives no date; please add it. The holiday notice for 2027 is not loaded; workdays are taken as "
        "Monday to Friday for now; moves from Mon to Wed"
    )


def test_what_a_person_typed_stays_as_it_is_within_a_sentence() -> None:
    bits = in_english("问题3（档案不全）已销号。")
    assert bits == (("Problem ", False), ("3", False), (" (", False), ("档案不全", True), (") is closed out.", False))


def test_a_title_that_only_resembles_a_sentence_is_not_touched() -> None:
    assert PAGES.from_string("{{ words|known }}").render(words="加强学习，整改到位") == "加强学习，整改到位"
    with speaking(ENGLISH):
        page = PAGES.from_string("{{ words|known }}").render(words="加强学习，整改到位")
    assert page == '<span lang="zh-CN">加强学习，整改到位</span>'


def test_typed_marks_cannot_break_out_of_the_sentence() -> None:
    with speaking(ENGLISH):
        page = PAGES.from_string("{{ words|said }}").render(words="问题3（<b>某</b>）已销号。")
    assert "<b>" not in page and "&lt;b&gt;" in page and page.startswith("Problem 3 (")


def test_a_renamed_hole_keeps_its_translation() -> None:
    assert renamed("{n} of {all}", ["n", "all"], ["done", "total"]) == "{done} of {total}"


def test_words_are_read_out_of_f_strings_sums_and_conditions() -> None:
    source = 'x = f"问题{row.no}缺少“{name}”" + ("，请补录" if late else "")\ny = z.startswith("附件")\n"""说明"""'
    assert [words for _, words in sentences(source)] == [
        "问题{no}缺少“{name}”，请补录", "问题{no}缺少“{name}”", "，请补录",
    ]


def template_names() -> list[str]:
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


def unmarked(name: str) -> list[str]:
    """Chinese runs of a template outside _(), trans and elements that are Chinese by their own lang."""
    tree = PAGES.parse(MARKED.sub("", (TEMPLATES / name).read_text(encoding="utf-8")))
    return [text for text in loose(tree) if has_han(text)]


def loose(node: nodes.Node) -> list[str]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in ("_", "gettext"):
        return [text for child in node.kwargs for text in loose(child)]
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr in KEYS:
        return loose(node.node)
    if isinstance(node, nodes.Filter | nodes.Test) and node.name in KEYS:
        return loose(node.node)
    if isinstance(node, nodes.Getitem):
        return loose(node.node)
    if isinstance(node, nodes.Compare):
        sides = [node.expr, *(one.expr for one in node.ops)]
        return [text for side in sides if not isinstance(side, nodes.Const) for text in loose(side)]
    if isinstance(node, nodes.Pair):
        return loose(node.value)
    if isinstance(node, nodes.TemplateData):
        return [node.data]
    if isinstance(node, nodes.Const):
        return [str(node.value)]
    return [text for child in node.iter_child_nodes() for text in loose(child)]


@pytest.mark.parametrize("name", template_names())
def test_every_chinese_run_of_a_template_is_marked(name: str) -> None:
    assert unmarked(name) == []


def test_words_of_scripts_go_through_their_door() -> None:
    for path in sorted(STATIC.glob("*.js")):
        if path == SCRIPT:
            continue
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert not has_han(re.sub(r'\b(?:duban\.)?t\(\s*(?:"[^"]*"|\'[^\']*\')', "", code)), path


def test_the_scripts_english_is_that_of_the_catalogue() -> None:
    assert SCRIPT.read_text(encoding="utf-8") == script_words(read_catalogue())


def test_what_is_left_out_of_the_catalogue_exists_and_says_why() -> None:
    for name, reason in LEFT_OUT.items():
        assert (ROOT / name).exists() and len(reason) > 5, name


def test_the_catalogue_is_plain_text_in_the_tree() -> None:
    assert PO.relative_to(ROOT) == Path("web/locale/en.po")
    assert b"\r" not in PO.read_bytes()
