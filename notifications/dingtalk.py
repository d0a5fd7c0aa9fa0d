"""钉钉 group robot: text, signed with the robot's key when it has one."""

import base64
import hashlib
import hmac
from urllib.parse import quote_plus

from config import clock
from notifications.cut import fitted
from notifications.parcel import Parcel, Receipt
from notifications.refusal import DINGTALK
from notifications.robot import by_apprise, post_robot, split_key, words

LONGEST = 18_000  # bytes of text; the whole body may have 20,000
PUBLIC = "https://oapi.dingtalk.com/robot/send?access_token="


def send(parcel: Parcel) -> Receipt:
    """The address is the robot's web address with #SEC… after it, or dingtalk://SEC…@token."""
    found = by_apprise(parcel.address)
    url, key = (f"{PUBLIC}{found.token}", found.secret or "") if found else split_key(parcel.address)
    stamp = round(clock.wall().timestamp() * 1000)
    signed = f"{url}&timestamp={stamp}&sign={quote_plus(signature(key, stamp))}" if key else url
    content = {"msgtype": "text", "text": {"content": fitted(words(parcel), LONGEST)}}
    return post_robot(signed, content, DINGTALK, ("errcode",), parcel.address)


def signature(key: str, stamp: int) -> str:
    """HMAC-SHA256 over “timestamp in ms, newline, key” with the key, base64."""
    digest = hmac.new(key.encode(), f"{stamp}\n{key}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
