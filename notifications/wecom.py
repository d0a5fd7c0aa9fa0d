"""企业微信 group robot: text up to 2,048 bytes, longer as markdown up to 4,096."""

from typing import Any

from notifications.cut import as_markdown, fitted, in_bytes
from notifications.parcel import Parcel, Receipt
from notifications.refusal import WECOM
from notifications.robot import by_apprise, post_robot, words

TEXT, MARKDOWN = 2048, 4096  # bytes, developer.work.weixin.qq.com/document/path/91770


def send(parcel: Parcel) -> Receipt:
    """The address is the robot's own web address, one of a private installation, or wecombot://key."""
    found = by_apprise(parcel.address)
    url = found.api_url if found else parcel.address.partition("#")[0]
    return post_robot(url, content(words(parcel)), WECOM, ("errcode",), parcel.address)


def content(text: str) -> dict[str, Any]:
    """The robot's JSON for these words."""
    if in_bytes(text) <= TEXT:
        return {"msgtype": "text", "text": {"content": text}}
    cut = fitted(text, MARKDOWN, lambda part: in_bytes(as_markdown(part)))
    return {"msgtype": "markdown", "markdown": {"content": as_markdown(cut)}}
