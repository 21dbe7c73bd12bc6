"""Problem set 2: its release is what nbgrader makes, leaks nothing, and every hidden line earns its place."""

from tests.submissions.problem_set import Release


class TestBackprop(Release):
    name = "ps2_backprop"
    by_hand = frozenset({"mlp_written", "train_written"})
    fewest_wrong = 110
    fewest_hidden_lines = 350
    modules_refused = (
        "torch, torch.func, torch.optim, torch.utils.data, torch.autograd.functional, scipy.optimize, "
        "scipy.differentiate, sklearn.neural_network, course.data, course.training, "
        "course.widgets.activations_model, course.widgets.hidden_layer_model, course.widgets.neuron_model, "
        "course.widgets.optimizers_model"
    )
