"""A delivery worker in a process of its own, for tests that kill it: `python -m tests.actions.worker MOMENT`."""

import sys
from datetime import datetime

from actions.deliver import deliver
from config import clock

if __name__ == "__main__":
    clock.freeze(datetime.fromisoformat(sys.argv[1]))
    sys.stdout.write(f"{deliver()}\n")
