"""`python -m upkeep`: dead links and second words for one concept fail; sizes are only told."""

import sys

from upkeep.budgets import beyond
from upkeep.fault import ROOT
from upkeep.links import dead_links
from upkeep.spelling import misspelt


def main() -> int:
    """What is wrong, a line each; 1 when anything is."""
    faults = [*dead_links(ROOT), *misspelt(ROOT)]
    for fault in faults:
        print(fault)
    for line in beyond(ROOT):
        print(line)
    print(f"upkeep：{len(faults)}处须改" if faults else "upkeep：链接、用词无误")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
