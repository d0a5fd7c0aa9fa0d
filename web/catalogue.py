"""The English of every Chinese word: one .po file, read as it is when the first English page is asked for."""

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

PO = Path(__file__).parent / "locale" / "en.po"


def read_catalogue(path: Path = PO) -> Catalog:
    """The catalogue with places and flags; an empty one where there is no file yet."""
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


@cache
def english_words() -> dict[str, str]:
    """Chinese to English, as it stands in the file; what is empty or doubtful (fuzzy) is left out."""
    found = read_catalogue()
    return {str(one.id): str(one.string) for one in found if one.id and one.string and not one.fuzzy}
