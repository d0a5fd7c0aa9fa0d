"""The web process. Start with `python -m web.serve`."""

import uvicorn

from config.settings import settings
from models.migrate import stop_on_other_shapes
from notifications import log_line
from web import pulse
from web.app import create_app
from web.patience import PatientProtocol


def main() -> None:
    """Serve until stopped; uvicorn's own access log is off because it would print the links' secrets."""
    log_line.begin()
    stop_on_other_shapes()
    pulse.start()
    uvicorn.run(
        create_app(), host=settings().host, port=settings().port, access_log=False, log_config=None,
        log_level="warning", server_header=False, timeout_graceful_shutdown=3, http=PatientProtocol,
    )


if __name__ == "__main__":
    main()
