"""Problem set 1: its hidden tests notice every slip."""

from tests.submissions.problem_set import Mutants


class TestNeuronMutants(Mutants):
    name = "ps1_neuron"
    fewest_functions = 22
