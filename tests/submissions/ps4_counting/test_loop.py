"""Problem set 4 through nbgrader."""

from tests.submissions.problem_set import Loop


class TestCountingLoop(Loop):
    name = "ps4_counting"
    by_hand = frozenset({"a_written", "b_written"})
    shortcuts = {  # noqa: RUF012
        "shortcut_autograd": "torch.Tensor.backward",
        "shortcut_course": "Conv is switched",
        "shortcut_inspect": "card_of is switched",
        "shortcut_torch": "Conv2d is switched",
    }
