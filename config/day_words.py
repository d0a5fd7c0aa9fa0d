"""How a day is written in Chinese, the same on papers, in messages and in sentences."""

from datetime import date

WEEKDAYS = "一二三四五六日"


def printed_day(day: date) -> str:
    """2020年8月11日, as it stands on a paper."""
    return f"{day.year}年{day.month}月{day.day}日"


def month_day(day: date) -> str:
    """8月11日, where the year is known."""
    return f"{day.month}月{day.day}日"


def weekday_word(day: date) -> str:
    """周二."""
    return f"周{WEEKDAYS[day.weekday()]}"


def day_and_weekday(day: date) -> str:
    """8月11日（周二）."""
    return f"{month_day(day)}（{weekday_word(day)}）"
