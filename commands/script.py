"""How the people of a rehearsal behave: read from a file, or the usual mix."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from models.base import Rejected

Mode = Literal["obey", "late", "never"]


class Wish(BaseModel):
    """A unit asks for more time."""

    model_config = ConfigDict(extra="forbid")
    unit: str
    ask_on: date
    to: date
    approve_on: date


class Script(BaseModel):
    """Who obeys, who is late, who never answers; when the machine is down; who asks for more time."""

    model_config = ConfigDict(extra="forbid")
    default: Mode | None = None
    mix: dict[Mode, int] = {"obey": 7, "late": 2, "never": 1}
    units: dict[str, Mode] = {}
    down: tuple[date, date] | None = None
    extensions: list[Wish] = []
    problems_per_visit: int = 2
    reports: bool = True  # whether units go on to report on their problems after the plan

    @model_validator(mode="after")
    def _sound(self) -> "Script":
        if sum(self.mix.values()) < 1 or min(self.mix.values()) < 0:
            raise ValueError("mix")
        if self.down and self.down[1] < self.down[0]:
            raise ValueError("down")
        return self

    def check_names(self, names: set[str]) -> None:
        """Refuse a script about a unit that is not in the cycle."""
        unknown = sorted((set(self.units) | {wish.unit for wish in self.extensions}) - names)
        if unknown:
            raise Rejected(f"演练脚本中的单位“{'、'.join(unknown)}”不在本周期。")

    def mode(self, name: str, position: int) -> Mode:
        """How the unit at this position behaves."""
        if name in self.units:
            return self.units[name]
        if self.default:
            return self.default
        turn = [mode for mode, count in self.mix.items() for _ in range(count)]
        return turn[position % len(turn)]

    def is_down(self, day: date) -> bool:
        return self.down is not None and self.down[0] <= day <= self.down[1]


def read_script(path: Path | None) -> Script:
    """The script in a YAML file; Rejected says which key is wrong."""
    if path is None:
        return Script()
    try:
        data = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
        return Script.model_validate(data)
    except YAMLError:
        raise Rejected(f"{path.name}：格式有误，无法读取。") from None
    except ValidationError as error:
        found = error.errors()
        keys = "；".join(".".join(map(str, e["loc"])) or str(e.get("ctx", {}).get("error", "全文")) for e in found)
        raise Rejected(f"{path.name}：这些键的内容不对：{keys}。") from None
