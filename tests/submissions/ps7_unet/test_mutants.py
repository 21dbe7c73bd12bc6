"""Problem set 7: its hidden tests notice every slip."""

from tests.submissions.problem_set import Mutants


class TestUNetMutants(Mutants):
    name = "ps7_unet"
    fewest_functions = 28
    sample = 40
