"""nbgrader's settings for this course: sources in solutions/, releases in assignments/, the rest in build/."""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821  (nbgrader puts it there)

# nbgrader runs `alembic` to make a gradebook and looks for it on the PATH, also when it was itself called by path.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
Path("build").mkdir(exist_ok=True)
c.CourseDirectory.course_id = "convnets"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.submitted_directory = "build/submitted"
c.CourseDirectory.autograded_directory = "build/autograded"
c.CourseDirectory.feedback_directory = "build/feedback"
c.CourseDirectory.db_url = "sqlite:///build/gradebook.db"
c.Execute.timeout = 60
