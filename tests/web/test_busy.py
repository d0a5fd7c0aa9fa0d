"""A click that waited in vain for the database: a sentence, nothing half done, and the same click later does it."""

import pytest
from sqlalchemy import text

from config.settings import settings
from models import database
from models.patience import SENTENCES
from tests.web.conftest import Door


@pytest.mark.parametrize("database_name", ["postgresql"])
def test_a_person_whose_click_waited_in_vain_reads_a_sentence_and_clicks_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_DATABASE_LOCK_SECONDS", "1")
    settings.cache_clear()
    database.engine.cache_clear()
    form = {"name": "王五", "post": "所长", "phone": "0393-1"}
    with door.running.bind.connect() as other, other.begin():
        other.execute(text("SELECT 1 FROM chainhead FOR UPDATE"))
        said = door.client.post(f"/u/{door.token}/sign", data=form)
    assert (said.status_code, said.headers["retry-after"]) == (503, "5")
    assert SENTENCES["55P03"] in said.text and "王五" not in door.get()
    assert "王五" in door.post("/sign", **form)
