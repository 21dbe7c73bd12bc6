"""Problem set 4: its release is what nbgrader makes, leaks nothing, and every hidden line earns its place."""

from tests.submissions.problem_set import Release


class TestCounting(Release):
    name = "ps4_counting"
    by_hand = frozenset({"a_written", "b_written"})
    fewest_hidden_lines = 150
    modules_refused = "torch, torch.nn.grad, torch.func, course.arithmetic, course.inspect"
