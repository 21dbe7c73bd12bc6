"""Every experiment runs at smoke scale, on stand-ins, within the memory of a Binder."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course.experiments import names

LIMIT = 1.5e9  # bytes; Binder gives 2 GB to server and kernel together

# Each in a process of its own, forked from one that has imported the course: its memory is that of a notebook's kernel.
CODE = """
import json, os, sys, threading, time, traceback
from pathlib import Path
import psutil
from course.experiments import names, run

def child(name, out):
    peak = 0
    def watch():
        nonlocal peak
        while True:
            peak = max(peak, psutil.Process().memory_info().rss)
            time.sleep(0.05)
    threading.Thread(target=watch, daemon=True).start()
    try:
        done = run(name, "smoke", device="cpu", show=False, runs=Path(out) / "runs")
        text = json.dumps({"peak": peak, "result": done})
    except BaseException:
        text = json.dumps({"failed": traceback.format_exc()})
    (Path(out) / f"{name}.json").write_text(text)
    os._exit(0)

for name in names():
    pid = os.fork()
    if pid == 0:
        child(name, sys.argv[1])
    os.waitpid(pid, 0)
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    if not hasattr(os, "fork"):
        pytest.skip("needs a system that forks processes")
    out = tmp_path_factory.mktemp("smoke")
    command = [sys.executable, "-W", "error::UserWarning:course", "-c", CODE, str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr[-3000:]
    return {path.stem: json.loads(path.read_text()) for path in out.glob("*.json")}


@pytest.mark.parametrize("name", names())
def test_it_runs_and_fits_into_a_binder(name, ran):
    found = ran[name]
    assert "failed" not in found, found["failed"]
    assert found["peak"] < LIMIT
    assert found["result"]["figures"]
    assert found["result"]["curves"]
    assert found["result"]["stand_in"] is True
