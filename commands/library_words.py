"""What the command line's library says in English, and how officials read it."""

import re

from commands.spoken import in_english

LIBRARY = tuple((re.compile(english, re.S), chinese) for english, chinese in (
    (r"Usage: ", "用法："),
    (r"\[OPTIONS\]", "[选项]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 [参数]…"),
    (r"Show this message and exit\.", "显示本说明"),
    (r"<str>", "<文字>"),
    (r"<int(?: range)?>", "<数>"),
    (r"<path>", "<文件>"),
    (r"\[required\]", "［必填］"),
    (r"\[default: (.+?); (-?\d+)<=x<=(-?\d+)\]$", r"［默认为 \1，可取 \2 至 \3］"),
    (r"\[default: (.+?)\]$", r"［默认为 \1］"),
    (r"\[(-?\d+)<=x<=(-?\d+); required\]", r"［必填，\1 至 \2］"),
    (r"Missing command\.", "请写明命令。"),
    (r"Missing (?:argument|option|parameter) '?([^']+?)'?\.", r"缺少“\1”。"),
    (r"No such command '(.*?)'\. Did you mean (.*)\?", r"没有“\1”这个命令，是否指 \2？"),
    (r"No such command '(.*?)'\.", r"没有“\1”这个命令。"),
    (r"No such option: (\S+) \(Possible options: (.*)\)", r"没有“\1”这个选项，是否指 \2？"),
    (r"No such option: (\S+)", r"没有“\1”这个选项。"),
    (r"Got unexpected extra argument\(?s?\)? \((.*)\)", r"多余的参数“\1”。"),
    (r"Option '(.*)' requires an argument\.", r"“\1”须填写内容。"),
    (r"Option '(.*)' does not take a value\.", r"“\1”不带内容。"),
    (r"Input should be a valid integer, .*", "应为整数。"),
    (r"Input should be less than or equal to (\S+)", r"不能大于 \1。"),
    (r"Input should be greater than or equal to (\S+)", r"不能小于 \1。"),
    (r"Invalid value for '?(.+?)'?: (.*)", r"“\1”有误：\2"),
    (r"Invalid value: (.*)", r"\1"),
))


def from_library(text: str) -> str:
    """A text of the command line's library in the reader's language."""
    if in_english():
        return text
    for english, chinese in LIBRARY:
        text = english.sub(chinese, text)
    return text
