"""Words are cut at whole characters and never through the link."""

from hypothesis import given
from hypothesis import strategies as st

from notifications.cut import as_markdown, fitted, in_bytes

LINK = "http://127.0.0.1:8000/u/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=400)


@given(WORDS, WORDS, st.integers(0, 900))
def test_whatever_the_words_the_limit_holds_and_the_link_is_whole_or_absent(
    before: str, after: str, most: int
) -> None:
    text = f"{before}\n{LINK}\n{after}"
    cut = fitted(text, most)
    assert in_bytes(cut) <= most
    assert cut.encode("utf-8").decode("utf-8") == cut
    assert LINK in cut or LINK[:24] not in cut


@given(WORDS, WORDS)
def test_with_room_for_it_the_link_is_always_there(before: str, after: str) -> None:
    assert LINK in fitted(f"{before}\n{LINK}\n{after}".replace("://", ":／／", 0), in_bytes(LINK) + 60) or "http" in (
        before + after
    )


def test_what_fits_is_left_alone() -> None:
    text = f"四个汉字\n{LINK}"
    assert fitted(text, in_bytes(text)) == text
    assert fitted(text, in_bytes(text) - 1).endswith(LINK)


def test_four_byte_letters_are_not_broken() -> None:
    for most in range(60):
        assert "\ufffd" not in fitted("𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷", most)


def test_characters_can_be_counted_instead_of_bytes() -> None:
    cut = fitted("督" * 500 + LINK, 120, len)
    assert len(cut) <= 120 and cut.endswith(LINK)


def test_markdown_shows_what_was_typed() -> None:
    assert as_markdown("[点此](x) **急** `a` <@all> # 一") == "［点此］(x) ＊＊急＊＊ ｀a｀ ＜@all＞ ＃ 一"
