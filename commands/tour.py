"""The read-only tour: the sample cycle built in a folder of its own, its real pages written as files."""

import asyncio
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.types import ASGIApp

from commands.demo import Demo, prepare
from commands.tour_index import introduction
from commands.tour_page import Files, rewritten, statics
from commands.tour_walk import SITE, Taken, walked
from config import clock
from config.settings import settings, temporary_home
from models import database
from models.base import Refused
from models.migrate import make_ready

HERE = Path(__file__).parent
STYLE = HERE / "tour.css"
MEGABYTE = 1024 * 1024


def export(folder: Path, say: Callable[[str], None], make_app: Callable[[], ASGIApp]) -> None:
    """Write the tour into a folder that is new or empty; until everything is made nothing is written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"“{folder}”已存在且不是空文件夹，没有写入任何内容；请换一个新的或空的文件夹。")
    with _own_installation():
        say("正在建立示例周期……")
        sample = prepare(None, clock.today())
        say("正在写出各页……")
        taken = asyncio.run(walked(make_app(), sample.word, sample.link))
        files = _files(taken, sample)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    size = sum(len(content) for content in files.values()) / MEGABYTE
    say(f"只读导览已写入 {folder}：{len(files)} 个文件，{size:.1f} MB。用浏览器打开 {folder / 'index.html'}")


@contextmanager
def _own_installation() -> Iterator[None]:
    """An empty installation that no setting of this machine reaches: no database, no mail server, no address."""
    given = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("DUBAN_")}
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # the web's lines are of no use here
    try:
        with tempfile.TemporaryDirectory(prefix="duban-tour-") as home, temporary_home(Path(home)):
            os.environ["DUBAN_BASE_URL"] = SITE  # stands in every message
            settings.cache_clear()
            database.engine.cache_clear()
            make_ready()
            yield
            database.engine().dispose()
    finally:
        logging.disable(before)
        os.environ.pop("DUBAN_BASE_URL", None)
        os.environ.update(given)
        settings.cache_clear()
        database.engine.cache_clear()


def _files(taken: Taken, sample: Demo) -> Files:
    """Every file of the tour by its name: pages rewritten, papers as they are, what pages stand on, the way in."""
    files: Files = {}
    used: set[str] = set()
    for page in taken.pages.values():
        files[page.name] = rewritten(page, taken, used).encode() if page.html else page.content
    pictures = introduction(taken)
    return {**pictures, **files, **statics(used, taken), "static/tour.css": STYLE.read_bytes()}
