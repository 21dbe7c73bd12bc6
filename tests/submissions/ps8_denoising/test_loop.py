"""Problem set 8 through nbgrader."""

from tests.submissions.problem_set import Loop


class TestDenoisingLoop(Loop):
    name = "ps8_denoising"
    by_hand = frozenset({"derive_written", "curves_written"})
    shortcuts = {  # noqa: RUF012
        "shortcut_autograd": "torch.Tensor.backward is switched",
        "shortcut_autograd_grad": "grad is switched",
        "shortcut_backward": "torch.Tensor.backward is switched",
        "shortcut_course_autoencoder": "ConvAutoencoder is switched",
        "shortcut_course_net": "DnCNN is switched",
        "shortcut_course_noise": "salt_and_pepper is switched",
        "shortcut_course_noise_model": "PoissonNoise is switched",
        "shortcut_course_psnr": "psnr is switched",
        "shortcut_course_ssim": "ssim_map is switched",
        "shortcut_cut_patches": "cut_patches is switched",
        "shortcut_estimate_sigma": "estimate_sigma is switched",
        "shortcut_fit": "fit is switched",
        "shortcut_functional": "vjp is switched",
        "shortcut_gaussian_noise": "gaussian_noise is switched",
        "shortcut_inspect": "analyze is switched",
        "shortcut_arithmetic": "Conv is switched",
        "shortcut_nn_grad_input": "conv2d_input is switched",
        "shortcut_nn_grad_weight": "conv2d_weight is switched",
        "shortcut_random_noise": "random_noise is switched",
        "shortcut_scipy_convolution": "convolve2d is switched",
        "shortcut_scipy_mean": "uniform_filter is switched",
        "shortcut_scipy_median": "median_filter is switched",
        "shortcut_skimage_mse": "mean_squared_error is switched",
        "shortcut_skimage_psnr": "peak_signal_noise_ratio is switched",
        "shortcut_skimage_ssim": "structural_similarity is switched",
        "shortcut_torch_func": "grad is switched",
        "shortcut_torchmetrics": "peak_signal_noise_ratio is switched",
        "shortcut_torchmetrics_ssim": "PeakSignalNoiseRatio is switched",
        "shortcut_widget_ssim": "compare is switched",
    }
