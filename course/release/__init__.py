"""What instructors publish: assignments without answers, and the student edition; and the search for leaks in both."""

from course.release.edition import MARKER, student_edition
from course.release.everything import check_assignments, check_path, generate_assignments, release_everything
from course.release.leaks import Leak, LeakError, ReleaseError, scan, scan_file, secrets_of

__all__ = [
    "MARKER", "Leak", "LeakError", "ReleaseError",
    "check_assignments", "check_path", "generate_assignments", "release_everything", "scan", "scan_file", "secrets_of", "student_edition",
]  # fmt: skip
