"""Atheris over every reader of documents (R18): `python -m tests.hostile.fuzz 600` gives ten minutes to all together.

Each reader runs in a process of its own, guided by what of our code its inputs reach. An input that breaks one, hangs
it or takes too much memory is left in the folder named at the end, and the exit is not zero.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

LONGEST, MEMORY = 20, 2000  # seconds for one input on a busy machine; megabytes


def one(name: str, corpus: str, seconds: str) -> None:
    """Fuzz one reader; atheris ends the process."""
    import atheris

    with atheris.instrument_imports(include=["plans", "papers", "rules", "web.forms", "actions.keep_evidence"]):
        from tests.hostile.readers import read
    argv = [sys.argv[0], corpus, f"-max_total_time={seconds}", f"-timeout={LONGEST}", f"-rss_limit_mb={MEMORY}",
            f"-artifact_prefix={corpus}/broken-", "-max_len=20000", "-verbosity=0", "-print_final_stats=1"]
    atheris.Setup(argv, lambda data: read(name, data))
    atheris.Fuzz()


def _run(argv: list[str], longest: float) -> subprocess.CompletedProcess[str]:
    """A reader's process to its end; one that never ends is broken too."""
    try:
        return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=longest)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(argv, 1, "", f"no end after {longest:.0f} s")


def every(seconds: int) -> int:
    """All readers, one after another; how many were broken."""
    from tests.hostile.readers import READERS

    folder = Path(tempfile.mkdtemp(prefix="duban-fuzz-"))
    broken = []
    for name, (_, seed) in READERS.items():
        corpus = folder / name.replace(" ", "-")
        corpus.mkdir()
        (corpus / "seed").write_bytes(seed)
        argv = [sys.executable, "-m", "tests.hostile.fuzz", name, str(corpus), str(max(seconds // len(READERS), 2))]
        done = _run(argv, 4 * seconds // len(READERS) + 120)
        runs = next((line for line in done.stderr.splitlines() if "number_of_executed_units" in line), "?")
        print(f"{name:<18}{runs.split()[-1]:>10} inputs  {'BROKEN' if done.returncode else 'ok'}", flush=True)
        if done.returncode:
            broken.append(name)
            print(done.stderr[-3000:], flush=True)
    print(f"broken: {len(broken)} of {len(READERS)}; inputs in {folder}")
    return len(broken)


if __name__ == "__main__":
    if len(sys.argv) > 3:
        one(*sys.argv[1:4])
    else:
        sys.exit(1 if every(int(sys.argv[1]) if len(sys.argv) > 1 else 600) else 0)
