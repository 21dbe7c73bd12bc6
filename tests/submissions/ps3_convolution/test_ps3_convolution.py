"""Problem set 3: its release is what nbgrader makes, leaks nothing, and every hidden line earns its place."""

from tests.submissions.problem_set import Release


class TestConvolution(Release):
    name = "ps3_convolution"
    by_hand = frozenset({"shared_written", "input_written"})
    fewest_wrong = 60
    fewest_hidden_lines = 200
    modules_refused = (
        "torch.nn.grad, torch.func, scipy.linalg, scipy.ndimage, scipy.signal, skimage.filters.edges, skimage.measure, "
        "skimage.transform, course.arithmetic, course.inspect"
    )
