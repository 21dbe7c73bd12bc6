"""The kinds of questions, one module a topic; importing this registers them all."""

from course.quiz.kinds import costs, fields, nets, parameters, sizes

__all__ = ["costs", "fields", "nets", "parameters", "sizes"]
