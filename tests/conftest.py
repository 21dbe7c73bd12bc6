"""For every test: two workers share two cores, so that torch works with one thread in each; no data are fetched, no progress of the developer's touched."""

import os
import tempfile

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported; notebooks and commands inherit it
os.environ.setdefault("COURSE_OFFLINE", "1")
os.environ["COURSE_PROGRESS"] = tempfile.mkdtemp(prefix="course-progress-")  # never the developer's own
