"""Problem set 1 through nbgrader."""

from tests.submissions.problem_set import Loop


class TestNeuronLoop(Loop):
    name = "ps1_neuron"
    by_hand = frozenset({"xor_written", "linear_written"})
    shortcuts = {  # noqa: RUF012
        "shortcut_course": "activations_model.sigmoid is switched",
        "shortcut_scipy": "expit is switched",
        "shortcut_sklearn": "Perceptron is switched",
        "shortcut_torch": "torch.sigmoid is switched",
        "shortcut_torch_special": "torch.special.expit is switched",
    }
