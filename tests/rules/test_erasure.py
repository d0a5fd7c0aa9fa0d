"""A name goes out of words wherever it is the person's, and nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from rules.erasure import Eraser, sign_of

SIGN = "〔已清除·00000000〕"


def test_a_name_goes_out_of_sentences_lists_and_nested_json() -> None:
    eraser = Eraser({"张伟": SIGN, "13800000001": SIGN})
    assert eraser("张伟（使用李四的链接）") == f"{SIGN}（使用李四的链接）"
    assert eraser({"name": "张伟", "more": [{"phone": "电话13800000001。"}], "n": 3}) == {
        "name": SIGN, "more": [{"phone": f"电话{SIGN}。"}], "n": 3,
    }


def test_another_person_whose_longer_name_begins_alike_keeps_it() -> None:
    assert Eraser({"张伟": SIGN}, ["张伟明", "张伟"])("张伟明与张伟") == f"张伟明与{SIGN}"


def test_a_number_or_a_login_within_a_longer_one_is_another() -> None:
    eraser = Eraser({"13800000001": SIGN, "wang": SIGN})
    assert eraser("213800000001 wangli a@wang.example") == "213800000001 wangli a@wang.example"
    assert eraser("用户wang，13800000001") == f"用户{SIGN}，{SIGN}"


@given(st.recursive(st.text("张伟李x1 ", max_size=8), lambda inner: st.lists(inner, max_size=3)))
def test_after_erasing_the_name_is_nowhere_and_a_second_time_changes_nothing(value: object) -> None:
    eraser = Eraser({"张伟": SIGN})
    once = eraser(value)
    assert "张伟" not in str(once)
    assert eraser(once) == once


def test_the_same_name_has_another_sign_in_another_erasure() -> None:
    assert sign_of("张伟", "a") == sign_of("张伟", "a") != sign_of("张伟", "b")
