"""How an office's own SMS gateway is spoken to: one HTTP request written down as a template, and how success reads."""

import re
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from config.secret_files import END, read_secret

NAMES = ("phone", "text", "key", "timestamp", "milliseconds", "nonce", "secret", "body", "sign")
FILED = ("url", "secret")  # may stand in files of their own
PLACE = re.compile(r"\{(" + "|".join(NAMES) + r")\}")


class SmsGateway(BaseModel):
    """The request with `{phone}`, `{text}`, `{key}`, `{timestamp}` (s), `{milliseconds}`, `{nonce}`, `{secret}` and
    `{sign}` in it; values are escaped for where they stand (address, JSON or form body)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: SecretStr = Field(description="网关地址，如 http://10.0.0.8/sms/send")
    method: Literal["POST", "GET"] = Field("POST", description="请求方法")
    headers: dict[str, SecretStr] = Field({}, description="请求头；Content-Type 决定正文的写法")
    body: str = Field('{"phone": "{phone}", "text": "{text}"}', description="正文模板")
    secret: SecretStr = Field(SecretStr(""), description="签名密钥")
    sign: Literal["", "hmac-sha256", "hmac-sha1", "sha256", "md5"] = Field("", description="签名算法；空则不签名")
    sign_text: str = Field("{timestamp}{body}", description="参与签名的文字模板")
    sign_as: Literal["hex", "base64"] = Field("hex", description="签名的写法")
    success_path: str = Field("", description="回答中表示结果的位置，如 code 或 data.status")
    success_values: tuple[str, ...] = Field(("0",), description="表示已接收的值")
    success_regex: str = Field("", description="或：回答全文须匹配的表达式")
    permanent_values: tuple[str, ...] = Field((), description="表示号码永远不可用（空号、停机）的值")
    wait_values: tuple[str, ...] = Field((), description="表示发送太快的值")
    length: int = Field(300, ge=60, le=1000, description="一条短信最多多少字；链接不截断")
    per_minute: int = Field(60, ge=1, description="每分钟最多发几条")

    @model_validator(mode="before")
    @classmethod
    def _from_files(cls, given: Any) -> Any:
        """`url_file` and `secret_file` name files to read from."""
        told = given if isinstance(given, dict) else {}
        named = {name: told[name + END] for name in FILED if name + END in told}
        if not named:
            return given
        read = {name: read_secret(path, f"sms.{name}") for name, path in named.items()}
        return {key: value for key, value in told.items() if key.removesuffix(END) not in named} | read

    @model_validator(mode="after")
    def _says_what_success_is(self) -> Self:
        if not self.success_path and not self.success_regex:
            raise ValueError("短信网关须写明怎样算成功：success_path 或 success_regex")
        if "{sign}" in self.body and "{body}" in self.sign_text and self.sign:
            raise ValueError("正文里有 {sign} 时，sign_text 不能再用 {body}")
        re.compile(self.success_regex)
        return self
