"""Problem set 3 through nbgrader."""

from tests.submissions.problem_set import Loop


class TestConvolutionLoop(Loop):
    name = "ps3_convolution"
    by_hand = frozenset({"shared_written", "input_written"})
    shortcuts = {  # noqa: RUF012
        "shortcut_autograd": "torch.Tensor.backward is switched",
        "shortcut_circulant": "circulant is switched",
        "shortcut_course": "output_length is switched",
        "shortcut_numpy": "numpy.convolve is switched",
        "shortcut_scipy": "correlate2d is switched",
        "shortcut_skimage": "block_reduce is switched",
        "shortcut_torch": "conv2d is switched",
    }
