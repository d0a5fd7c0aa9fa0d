"""The one change the database lets an event have, as the condition of its trigger: words are taken out of it and the
sign of the erasing event that already stands after it is put in their place. No other word can come in."""

import json

from models.event import ERASING

STAYS = ("id", "office_id", "seq", "at", "verb", "subject", "cycle_id", "unit_id", "prev_hash", "hash")
LONGEST = 40_000  # signs of data: of longer ones the sign alone is asked for, SQLite compares no longer patterns
CONDITION = (
    "NEW.erased > coalesce(OLD.erased, OLD.seq) AND NEW.salt = '' AND {same} AND EXISTS (SELECT 1 FROM (SELECT "
    f"{{person}} AS sign FROM event WHERE office_id = NEW.office_id AND seq = NEW.erased AND verb = '{ERASING}') "
    "AS told WHERE {shaped} AND {bears} AND {only})"
)
HEX = "[0-9a-f]" * 8
ESCAPED = json.dumps("〔已清除·").strip('"')  # as JSON is written; eight letters of the sign follow


def _glob(words: str, sign: str) -> str:
    """What the words were before some of them became the sign, as a pattern of SQLite."""
    return f"replace(replace(replace(replace({words}, '[', '[[]'), '*', '[*]'), '?', '[?]'), {sign}, '*')"


def sqlite() -> str:
    """The condition as SQLite writes it; its JSON is text in which Chinese is escaped."""
    escaped = rf"('{ESCAPED}' || substr(sign, 6, 8) || '\u3015')"
    data = f"CASE WHEN NEW.data = OLD.data OR length(OLD.data) > {LONGEST} THEN 1 " \
           f"ELSE OLD.data GLOB {_glob('NEW.data', escaped)} END"
    return CONDITION.format(
        same=" AND ".join(f"NEW.{name} IS OLD.{name}" for name in STAYS), person="json_extract(data, '$.person')",
        shaped=f"sign GLOB '〔已清除·{HEX}〕'",
        bears=f"(instr(NEW.actor || NEW.via, sign) OR instr(NEW.data, {escaped}))",
        only=" AND ".join([*(f"OLD.{name} GLOB {_glob(f'NEW.{name}', 'sign')}" for name in ("actor", "via")), data]),
    )


def _like(words: str) -> str:
    """The same as a pattern of PostgreSQL; chr(37) is a percent sign, which drivers take for a placeholder."""
    plain = f"replace(replace(replace({words}, '\\', '\\\\'), chr(37), '\\' || chr(37)), '_', '\\_')"
    return f"replace({plain}, sign, chr(37))"


def postgresql() -> str:
    """The condition as PostgreSQL writes it; its JSON is compared without escapes."""
    columns = ("NEW.actor", "NEW.via", "NEW.data::jsonb::text")
    return CONDITION.format(
        same=" AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in STAYS),
        person="data ->> 'person'", shaped=f"sign ~ '^〔已清除·{HEX}〕$'",
        bears=f"position(sign in {' || '.join(columns)}) > 0",
        only=" AND ".join(f"{one.replace('NEW', 'OLD')} LIKE {_like(one)}" for one in columns),
    )
