"""Problem set 8: its hidden tests notice every slip."""

from tests.submissions.problem_set import Mutants


class TestDenoisingMutants(Mutants):
    name = "ps8_denoising"
    fewest_functions, sample = 35, 40
