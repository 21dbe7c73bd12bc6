"""Problem set 3: its hidden tests notice every slip."""

from tests.submissions.problem_set import Mutants


class TestConvolutionMutants(Mutants):
    name = "ps3_convolution"
    fewest_functions = 20
