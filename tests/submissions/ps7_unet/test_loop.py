"""Problem set 7 through nbgrader."""

from tests.submissions.problem_set import Loop


class TestUNetLoop(Loop):
    name = "ps7_unet"
    by_hand = frozenset({"shape_written", "learn_written"})
    shortcuts = {  # noqa: RUF012
        "shortcut_conv_transpose": "conv_transpose2d is switched",
        "shortcut_autograd": "torch.autograd.grad is switched",
        "shortcut_course_net": "UNet is switched",
        "shortcut_course_weights": "border_weights is switched",
        "shortcut_gradient": "torch.Tensor.backward is switched",
        "shortcut_layer": "ConvTranspose2d is switched",
        "shortcut_torch_loss": "cross_entropy is switched",
    }
