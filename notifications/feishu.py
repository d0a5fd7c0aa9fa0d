"""飞书 group robot: text, signed with the robot's key when it has one."""

import base64
import hashlib
import hmac
from typing import Any

from config import clock
from notifications.cut import fitted
from notifications.parcel import Parcel, Receipt
from notifications.refusal import FEISHU
from notifications.robot import by_apprise, post_robot, split_key, words

LONGEST = 18_000  # bytes of text; the whole body may have 20 KB
PUBLIC = "https://open.feishu.cn/open-apis/bot/v2/hook/"


def send(parcel: Parcel) -> Receipt:
    """The address is the robot's web address with #key after it, feishu://token or lark://token."""
    found = by_apprise(parcel.address)
    public = getattr(found, "webhook_url", "") or f"{PUBLIC}{found.token}" if found else ""
    url, key = (public, "") if found else split_key(parcel.address)
    content: dict[str, Any] = {"msg_type": "text", "content": {"text": fitted(words(parcel), LONGEST)}}
    if key:
        stamp = int(clock.wall().timestamp())
        content |= {"timestamp": str(stamp), "sign": signature(key, stamp)}
    return post_robot(url, content, FEISHU, ("code", "StatusCode"), parcel.address)


def signature(key: str, stamp: int) -> str:
    """HMAC-SHA256 of nothing with “timestamp in s, newline, key” as the key, base64: Feishu's own turn of it."""
    return base64.b64encode(hmac.new(f"{stamp}\n{key}".encode(), b"", hashlib.sha256).digest()).decode()
