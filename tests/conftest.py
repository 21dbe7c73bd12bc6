"""For every test: one thread of torch for each worker, no data are fetched, no progress of the developer's touched.

Three workers share two cores: some wait for a browser or a kernel. Hundreds of processes start here; where the
environment forbids to keep compiled modules, each would compile torch and all else again, ten seconds every time.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported; notebooks and commands inherit it
os.environ.setdefault("COURSE_OFFLINE", "1")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ["COURSE_PROGRESS"] = tempfile.mkdtemp(prefix="course-progress-")  # never the developer's own

#: Files here take long: they start first, so that no worker is left with one at the end (see Makefile).
LONG = ("submissions", "notebooks", "experiments", "house", "browser", "training", "cli")


def pytest_collection_modifyitems(items):
    """Put the folders with long tests first, in the order of :data:`LONG`."""
    here = Path(__file__).parent

    def place(item):
        inside = item.path.relative_to(here).parts if item.path.is_relative_to(here) else ("",)
        return LONG.index(inside[0]) if inside[0] in LONG else len(LONG)

    items.sort(key=place)
