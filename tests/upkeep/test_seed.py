"""A database to develop with: the sample told in words, and an office's own data never touched."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine

from commands.office import People
from models.base import Refused
from models.database import reading
from tests.conftest import Running
from upkeep.seed import seed, told


def test_what_is_there_is_told_in_words(puyang: Callable[..., Running]) -> None:
    running = puyang(2)
    with running.on(date(2020, 8, 12)) as session:
        running.find(session)
    with reading(running.bind) as session:
        said = list(told(session))
    assert said[0] == "督察周期“濮阳2020”，2020-07-24启动，2个单位。"
    assert said[1].startswith("阶段：组织筹备未开始，自查未开始，")
    assert said[2] == "问题：已发现1个。"
    assert said[3].startswith("应办事项") and said[4].startswith("已发出的消息")


def test_an_office_with_data_of_its_own_is_refused(people: People, bind: Engine) -> None:
    said: list[str] = []
    with pytest.raises(Refused, match="不是开发用的示例"):
        seed(bind, date(2020, 8, 12), said.append)
    assert said == []
