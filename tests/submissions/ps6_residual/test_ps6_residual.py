"""Problem set 6: its release is what nbgrader makes, leaks nothing, and every hidden line earns its place."""

from tests.submissions.problem_set import Release


class TestResidual(Release):
    name = "ps6_residual"
    by_hand = frozenset({"degradation_written", "measured_written"})
    fewest_wrong = 170
    fewest_right = 11
    fewest_hidden_lines = 300
    modules_refused = "torch, torchvision, course.arithmetic, course.inspect, course.models"
