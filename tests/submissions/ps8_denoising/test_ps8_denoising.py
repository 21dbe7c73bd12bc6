"""Problem set 8: its release is what nbgrader makes, leaks nothing, and every hidden line earns its place."""

from tests.submissions.problem_set import Release


class TestDenoising(Release):
    name = "ps8_denoising"
    by_hand = frozenset({"derive_written", "curves_written"})
    training = "train_it"
    fewest_wrong = 90
    fewest_right = 11
    fewest_hidden_lines = 300
    modules_refused = (
        "torch, torch.func, torch.nn.grad, torch.autograd.functional, torch.autograd.forward_ad, torchmetrics.image, "
        "torchmetrics.functional.image, skimage.metrics, skimage.util, skimage.restoration, skimage.filters, "
        "scipy.ndimage, scipy.signal, course.data, course.data.noise_models, course.training, course.models, "
        "course.experiments.dncnn, course.widgets.restoration_ssim, course.arithmetic, course.inspect"
    )
