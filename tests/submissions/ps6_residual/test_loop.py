"""Problem set 6 through nbgrader."""

from tests.submissions.problem_set import Loop


class TestResidualLoop(Loop):
    name = "ps6_residual"
    by_hand = frozenset({"degradation_written", "measured_written"})
    shortcuts = {  # noqa: RUF012
        "shortcut_parameters": "Module.parameters is switched",
        "shortcut_arithmetic": "Conv is switched",
        "shortcut_course_blocks": "BasicBlock is switched",
        "shortcut_course_bottleneck": "Bottleneck is switched",
        "shortcut_course_bypass": "ZeroPad is switched",
        "shortcut_course_dense": "DenseLayer is switched",
        "shortcut_course_highway": "HighwayLinear is switched",
        "shortcut_course_initialise": "he_initialise is switched",
        "shortcut_course_net": "CifarResNet is switched",
        "shortcut_course_transition": "Transition is switched",
        "shortcut_inspect": "analyze is switched",
        "shortcut_named_parameters": "Module.named_parameters is switched",
        "shortcut_torchvision": "Bottleneck is switched",
    }
