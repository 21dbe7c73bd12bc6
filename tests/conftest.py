"""For every test: two workers share two cores, so that torch works with one thread in each; and no data are fetched."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported; notebooks and commands inherit it
os.environ.setdefault("COURSE_OFFLINE", "1")
