"""A connection that begins a request and never ends its head is closed: uvicorn itself waits for ever."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 20.0  # for the whole head of a request; a telephone with one bar needs one or two


class PatientProtocol(H11Protocol):
    """uvicorn's own protocol, with a limit to how long the head of a request may take."""

    seconds = SECONDS
    timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Count from the first byte of a head; while a request is being answered nothing is counted."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._rest()
        elif self.timer is None:
            self.timer = self.loop.call_later(self.seconds, self._give_up)

    def _rest(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
