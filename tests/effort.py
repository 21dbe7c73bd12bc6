"""How much the long tests do: a sample in ``make test``, everything in ``make thorough`` (``COURSE_THOROUGH=1``)."""

import os

THOROUGH = os.environ.get("COURSE_THOROUGH") == "1"
