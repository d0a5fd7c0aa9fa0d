"""企业微信 application message to one member: the access token is kept and fetched anew when it is refused."""

import json
import threading
import time
from urllib.parse import urlencode

from config.settings import Settings, settings
from notifications.cut import fitted
from notifications.parcel import Parcel, Receipt
from notifications.post import NoAnswer, post
from notifications.refusal import WECOM_APP, number_in, robot_verdict
from notifications.robot import words

TEXT = 2048  # bytes
STALE_TOKEN = (40014, 42001)
EARLY = 300.0  # seconds before its end that a token is fetched anew
TOKENS: dict[tuple[str, str, str], tuple[str, float]] = {}  # (url, corp id, secret) -> (token, monotonic end)
FETCHING = threading.Lock()


def send(parcel: Parcel) -> Receipt:
    """The address is the member's account. A token that ran out is renewed once; a member left out is a refusal."""
    ours = settings()
    if not (ours.wecom_corp_id and ours.wecom_agent_id and ours.wecom_secret.get_secret_value()):
        return Receipt(False, "企业微信应用消息没有配置（wecom_corp_id、wecom_agent_id、wecom_secret）")
    try:
        receipt, code = _send_with(ours, token_of(ours), parcel)
        if code in STALE_TOKEN:
            forget(ours)
            receipt, code = _send_with(ours, token_of(ours), parcel)
    except NoAnswer as silence:
        return silence.receipt
    return receipt


def _send_with(ours: Settings, token: str, parcel: Parcel) -> tuple[Receipt, int | None]:
    content = {
        "touser": parcel.address, "msgtype": "text", "agentid": ours.wecom_agent_id,
        "text": {"content": fitted(words(parcel), TEXT)},
        "enable_duplicate_check": 1, "duplicate_check_interval": 1800,  # the same words sent again arrive once
    }
    url = f"{ours.wecom_url}/cgi-bin/message/send?{urlencode({'access_token': token})}"
    answer = post(url, json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"), free=True)
    receipt, fields = robot_verdict(answer, ("errcode",), WECOM_APP, url, own=True), answer.fields()
    if receipt.ok and parcel.address.lower() in str(fields.get("invaliduser", "")).lower().split("|"):
        receipt = Receipt(False, "企业微信没有送达：成员账号不存在或不在应用的可见范围内", permanent=True)
    return receipt, number_in(fields.get("errcode"))


def token_of(ours: Settings) -> str:
    """The access token of this application, fetched when there is none; NoAnswer says why there is none."""
    key = _key(ours)
    with FETCHING:
        token, end = TOKENS.get(key, ("", 0.0))
        if time.monotonic() < end:
            return token
        query = urlencode({"corpid": ours.wecom_corp_id, "corpsecret": key[2]})
        answer = post(f"{ours.wecom_url}/cgi-bin/gettoken?{query}", b"", free=True, method="GET")
        verdict, fields = robot_verdict(answer, ("errcode",), WECOM_APP, key[2], own=True), answer.fields()
        if not verdict.ok or not fields.get("access_token"):
            raise NoAnswer(verdict if not verdict.ok else Receipt(False, "企业微信没有给出访问凭证"))
        lasts = float(number_in(fields.get("expires_in")) or 7200)
        TOKENS[key] = str(fields["access_token"]), time.monotonic() + max(lasts - EARLY, lasts / 2)
        return TOKENS[key][0]


def forget(ours: Settings) -> None:
    """The token was refused: another is fetched at the next use."""
    TOKENS.pop(_key(ours), None)


def _key(ours: Settings) -> tuple[str, str, str]:
    return ours.wecom_url, ours.wecom_corp_id, ours.wecom_secret.get_secret_value()
