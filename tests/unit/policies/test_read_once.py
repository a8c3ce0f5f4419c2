"""The pack reports the same whether the SDK reads a resource once or for each policy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
PROGRAM = """
from benchmarks import bench_policies as bench
from aoai_policies.pack import policies
from aoai_policies.sdk.read_once import read_once

def reports():
    each, whole = bench._requests()
    pack = policies(preview=lambda: False)
    servicer = bench.sdk._PolicyAnalyzerServicer("t", "0", pack, bench.EnforcementLevel.ADVISORY)
    found = [servicer.Analyze(request, None) for request in each]
    found.append(servicer.AnalyzeStack(whole, None))
    return [sorted(map(str, part.diagnostics)) for part in found]

before = reports()
read_once()
print(before == reports(), sum(map(len, before)) > 0)
"""


def test_reading_once_changes_no_report() -> None:
    # In a process of its own: the SDK stays as it is for the other tests.
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'policies'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (done.stdout.strip(), done.stderr) == ("True True", "")
