"""Problem set 2 through nbgrader."""

from tests.submissions.problem_set import Loop


class TestBackpropLoop(Loop):
    name = "ps2_backprop"
    by_hand = frozenset({"mlp_written", "train_written"})
    shortcuts = {  # noqa: RUF012
        "shortcut_autograd": "torch.Tensor.backward is switched",
        "shortcut_autograd_grad": "torch.autograd.grad is switched",
        "shortcut_explorer": "derivative is switched",
        "shortcut_forward_mode": "make_dual is switched",
        "shortcut_loader": "DataLoader is switched",
        "shortcut_scipy": "approx_fprime is switched",
        "shortcut_torch_adam": "adam is switched",
        "shortcut_torch_func": "grad is switched",
        "shortcut_torch_function": "torch.binary_cross_entropy_with_logits is switched",
        "shortcut_torch_loss": "BCEWithLogitsLoss is switched",
        "shortcut_torch_optim": "SGD is switched",
    }
