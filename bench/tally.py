"""Equal Shares on the largest election at hand: one run, and add1 to the end, beside pabutools.

Every figure is taken in a process of its own, from the bytes of the file to the winners and the
hash of the transcript. `--pabutools PYTHON` names an interpreter that can import pabutools 1.2.3
(`python -m venv DIR && DIR/bin/pip install pabutools==1.2.3`); it makes the same single run on the
same file, and the winners must be the same.
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FILE = "Poland_Warszawa_2024_citywide_from_pabumeasures.pb"
PABULIB = Path(__file__).resolve().parents[2] / "shared" / "data" / "pabulib"
PEER = """
import json, sys, time
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares
start = time.process_time()
instance, profile = parse_pabulib(sys.argv[1])
winners = method_of_equal_shares(instance, profile.as_multiprofile(), sat_class=Cost_Sat)
seconds = time.process_time() - start
print(json.dumps({"seconds": seconds, "winners": [project.name for project in winners]}))
"""


def measured(file: Path, completion: str) -> dict[str, Any]:
    """What one tally takes, run in a fresh process."""
    command = [sys.executable, __file__, str(file), "--measure", completion]
    result: dict[str, Any] = json.loads(subprocess.check_output(command))
    return result


def measure(file: Path, completion: Any) -> None:
    """Count once and print the figures."""
    from backend.ballots.tally.equal_shares import EqualShares, equal_shares
    from backend.ballots.tally.pabulib import read_election
    from backend.ballots.tally.transcript import transcript_sha256

    gc.disable()  # as the command does
    start = time.process_time()
    election = read_election(file.read_bytes())
    read = time.process_time()
    outcome = equal_shares(election, EqualShares("cost", completion))
    digest = transcript_sha256(outcome)
    end = time.process_time()
    figures = {
        "reading": read - start,
        "seconds": end - start,
        "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "winners": outcome.winners,
        "changes": len(outcome.trials),
        "sha256": digest,
    }
    print(json.dumps(figures))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=PABULIB / FILE)
    parser.add_argument("--pabutools", metavar="PYTHON", help="an interpreter that has it")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.file, asked.measure)
        return
    one, add1 = (measured(asked.file, completion) for completion in ("none", "add1"))
    for name, figures in (("one run", one), ("add1 to the end", add1)):
        print(
            f"{name:18} {figures['seconds']:6.2f} CPU s, of which reading "
            f"{figures['reading']:.2f}; {figures['mebibytes']:.0f} MiB; "
            f"{len(figures['winners'])} winners, exact"
        )
    if asked.pabutools:
        command = [asked.pabutools, "-c", PEER, str(asked.file)]
        peer = json.loads(subprocess.check_output(command))
        same = (
            "the same winners" if set(peer["winners"]) == set(one["winners"]) else "OTHER WINNERS"
        )
        print(f"{'pabutools, one run':18} {peer['seconds']:6.2f} CPU s; {same}")


if __name__ == "__main__":
    main()
