"""Every experiment runs at smoke scale, on stand-ins, within the memory of a Binder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from course.experiments import names

LIMIT = 1.5e9  # bytes; Binder gives 2 GB to server and kernel together

CODE = """
import json, sys, psutil, threading, time
from course.experiments import run
peak = 0
def watch():
    global peak
    while True:
        peak = max(peak, psutil.Process().memory_info().rss)
        time.sleep(0.05)
threading.Thread(target=watch, daemon=True).start()
done = run(sys.argv[1], "smoke", results=None, device="cpu", show=False, runs=sys.argv[2])
print(json.dumps({"peak": peak, "result": done}))
"""


@pytest.mark.parametrize("name", names())
def test_it_runs_and_fits_into_a_binder(name, tmp_path):
    command = [sys.executable, "-W", "error::UserWarning:course", "-c", CODE, name, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["peak"] < LIMIT
    assert found["result"]["figures"]
    assert found["result"]["curves"]
    assert found["result"]["stand_in"] is True
