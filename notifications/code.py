"""The words that carry a six-digit code, and an address shown so that only its owner knows it."""

MASK = "······"


def code_words(office: str, unit: str, code: str, minutes: int) -> tuple[str, str]:
    """Subject and body; the subject goes without the code, for locked screens show it to everybody."""
    body = (
        f"{unit}：\n您正在办理督办事项，验证码为：\n\n{code}\n\n"
        f"{minutes}分钟内有效，只能使用一次。请勿转告他人。如不是您本人在办理，请不要理会，并告知{office}。\n\n{office}\n"
    )
    return f"【督办验证码】{office}", body


def masked_code(text: str, code: str) -> str:
    """The text as it may be kept: without the code."""
    return text.replace(code, MASK)


def masked_address(address: str) -> str:
    """zhangsan@example.org as z***@example.org."""
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}"
