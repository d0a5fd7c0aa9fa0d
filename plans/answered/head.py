"""What a document says of itself, with what a clerk filled in or chose where it was missing or doubtful."""

import re

from plans.answered.said import NOTHING, Said
from plans.issued import Head
from rules.deadline import date_of_choice

YEAR = re.compile("20[0-9]{2}")


def head_of(head: Head, said: Said) -> Head:
    """The head as answered; an odd year is no answer."""
    day, year = date_of_choice(said.of("head-issued_on")), said.of("head-year")
    title, issuer = (text if (text := said.of(key)) not in NOTHING else "" for key in ("head-title", "head-issuer"))
    return Head(
        title=title or head.title, issuer=issuer or head.issuer, doc_no=head.doc_no, issued_on=day or head.issued_on,
        year=int(year) if YEAR.fullmatch(year) else head.year or (day.year if day else None),
    )
