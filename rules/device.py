"""What a browser says of itself, as a person knows the device: 安卓手机 · 微信."""

MACHINES = (
    ("iPhone", "苹果手机"), ("iPad", "苹果平板"), ("OpenHarmony", "鸿蒙设备"), ("HarmonyOS", "鸿蒙设备"),
    ("Android", "安卓设备"), ("Windows", "Windows 电脑"), ("Macintosh", "苹果电脑"), ("UOS", "统信电脑"),
    ("Kylin", "麒麟电脑"), ("Linux", "Linux 电脑"),
)
# what is built upon another browser stands before it: everything says Chrome and Safari
BROWSERS = (
    ("wxwork", "企业微信"), ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Lark", "飞书"),
    ("QQBrowser", "QQ 浏览器"), ("UCBrowser", "UC 浏览器"), ("Qaxbrowser", "奇安信浏览器"), ("360", "360 浏览器"),
    ("Edg", "Edge 浏览器"),
    ("Firefox", "火狐浏览器"), ("Trident", "IE 浏览器"), ("Chrome", "Chrome 浏览器"), ("Safari", "Safari 浏览器"),
)
LONGEST = 300


def device_words(agent: str) -> str:
    """Machine and browser out of a User-Agent; 未知设备 where neither is known."""
    machine = next((words for mark, words in MACHINES if mark in agent), "")
    if machine == "安卓设备":
        machine = "安卓手机" if "Mobile" in agent else "安卓平板"
    browser = next((words for mark, words in BROWSERS if mark in agent), "")
    return " · ".join(filter(None, (machine, browser))) or "未知设备"
