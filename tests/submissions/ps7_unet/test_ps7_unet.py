"""Problem set 7: its release is what nbgrader makes, leaks nothing, and every hidden line earns its place."""

from tests.submissions.problem_set import Release


class TestUNet(Release):
    name = "ps7_unet"
    by_hand = frozenset({"shape_written", "learn_written"})
    training = "train_it"
    fewest_wrong = 70
    fewest_right = 10
    fewest_hidden_lines = 350
    modules_refused = (
        "torch, torch.func, torch.nn.grad, torch.autograd.functional, scipy.signal, scipy.ndimage, scipy.linalg, "
        "skimage.transform, sklearn.metrics, torchmetrics, torchmetrics.classification, course.arithmetic, "
        "course.inspect, course.data, course.models, course.training.definitions"
    )
