"""The optimizer race: seven optimizers from one start over a map that can be read, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from course.widgets import optimizers_model as model
from course.widgets import optimizers_still
from course.widgets import optimizers_words as say
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, Field, load
from course.widgets.optimizers_surfaces import find

__all__ = ["OptimizerExplorer"]


class OptimizerExplorer(Explorer):
    """Race optimizers over a loss of two parameters: same start, same seed, each with a rate of its own.

    Every step is that of ``torch.optim`` with its default settings, every schedule that of ``torch.optim.lr_scheduler``.

    Args:
        surface: bowl, ravine, turned (a ravine at 45°), saddle, rosenbrock, beale, himmelblau, or noisy: a bowl whose
            gradient is that of a mini-batch of its 32 samples, reshuffled every epoch.
        start: (x, y), each from −5 to 5.
        runners: any of sgd, momentum, nesterov, rmsprop, adagrad, adam, adamw.
        sgd, momentum, nesterov, rmsprop, adagrad, adam, adamw: each one's rate, 0.0001 to 10.
        mu: the momentum factor, 0 to 0.999.
        decay: AdamW's weight decay, 0 to 1.
        schedule: constant, step, exponential, cosine, inverse (1/t), warmup or warmup_cosine.
        gamma: the factor of "step" and "exponential", 0.01 to 1.
        every: T, the steps of "step", "inverse" and the warm-up, 1 to 100.
        batch: the noisy bowl's batch size, 1 to 32.
        seed: of the noisy bowl's shuffling, 0 to 999.
        steps: length of the race, 1 to 500.
        step: where the race stands; the end where it lies beyond.
        chosen: the runner whose update is shown; None for the first, or whichever is pointed at.

    A start off the surface's map is a state like any other: the view explains it and offers the mend.

    >>> explorer = OptimizerExplorer("ravine", runners=["sgd", "adam"], sgd=0.11)
    >>> explorer
    OptimizerExplorer(surface='ravine', runners=['sgd', 'adam'], sgd=0.11)
    >>> print(explorer.verdicts["sgd"])
    SGD left the map at step 4: the rate 0.11 is not below 2/λmax = 0.1. Lost at step 36.
    >>> OptimizerExplorer.on("rosenbrock", runners=["sgd"])            # with that surface's usual start and rates
    OptimizerExplorer(surface='rosenbrock', start=(-1.2, 1), runners=['sgd'], sgd=0.001, momentum=0.002, nesterov=0.001, rmsprop=0.02, adagrad=1, adam=0.3, adamw=0.3)
    >>> OptimizerExplorer("bowl", chosen="adam").torch_line
    'optimizer = torch.optim.Adam(params, lr=0.2)'
    >>> OptimizerExplorer("bowl", start=(4, 4)).problem
    'the start (4, 4) lies off the map, which goes from −3 to 3 and from −3 to 3: move it onto the map'

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.
        ShapeError: a start that is no pair.

    Taught in lecture 03.
    """

    SPEC = load("optimizers")
    _esm = bundle("optimizers.js")
    _css = styles("theme.css", "plot.css", "optimizers.css", within="OptimizerExplorer")

    surface = Field()
    start = Field()
    runners = Field()
    sgd = Field()
    momentum = Field()
    nesterov = Field()
    rmsprop = Field()
    adagrad = Field()
    adam = Field()
    adamw = Field()
    mu = Field()
    decay = Field()
    schedule = Field()
    gamma = Field()
    every = Field()
    batch = Field()
    seed = Field()
    steps = Field()
    step = Field()
    chosen = Field()

    def __init__(
        self,
        surface: str = "ravine",
        start: Any = (-2.5, 1.5),
        runners: Sequence[str] = ("sgd", "momentum", "adam"),
        *,
        sgd: float = 0.09,
        momentum: float = 0.02,
        nesterov: float = 0.02,
        rmsprop: float = 0.05,
        adagrad: float = 0.5,
        adam: float = 0.2,
        adamw: float = 0.2,
        mu: float = 0.9,
        decay: float = 0.01,
        schedule: str = "constant",
        gamma: float = 0.9,
        every: int = 10,
        batch: int = 4,
        seed: int = 0,
        steps: int = 80,
        step: int = 500,
        chosen: str | None = None,
    ) -> None:
        super().__init__(
            surface=surface, start=start, runners=runners, sgd=sgd, momentum=momentum, nesterov=nesterov, rmsprop=rmsprop,
            adagrad=adagrad, adam=adam, adamw=adamw, mu=mu, decay=decay, schedule=schedule, gamma=gamma, every=every, batch=batch,
            seed=seed, steps=steps, step=step, chosen=chosen,
        )  # fmt: skip

    @classmethod
    def on(cls, surface: str, **settings: Any) -> Self:
        """Build the race with a surface's usual start and rates, as the page's menu of surfaces does.

        >>> OptimizerExplorer.on("himmelblau", sgd=0.02).state["start"]
        [0, 0]

        Raises:
            SettingError: an unknown surface, or a setting that the constructor refuses.
        """
        facts = find(surface).facts
        return cls(**{"surface": surface, "start": facts["start"], **facts["rates"], **settings})

    @property
    def problem(self) -> str | None:
        """Why there is no race: the start is off the map; or None."""
        return say.problem_words(self.surface, self.start)

    @property
    def race(self) -> dict[str, model.Run]:
        """Each runner's way."""
        return model.race({name: getattr(self, name) for name in self.DEFAULTS})

    @property
    def now(self) -> int:
        """The step that is shown."""
        return int(min(self.step, self.steps))

    @property
    def verdicts(self) -> dict[str, str]:
        """What has become of each runner at the step that is shown."""
        return {
            name: model.verdict(name, self.surface, way, self.now, self.mu) for name, way in self.race.items()
        }

    @property
    def active(self) -> str | None:
        """The runner whose update is shown: the chosen one if it runs, else the first; None where none runs."""
        running = [name for name in model.OPTIMIZERS if name in self.runners]
        if self.chosen in running:
            return str(self.chosen)
        return running[0] if running else None

    @property
    def torch_line(self) -> str:
        """The lines of torch that make the shown runner and its schedule."""
        if self.active is None:
            return ""
        line = "optimizer = " + say.optimizer_line(
            self.active, getattr(self, self.active), self.mu, self.decay
        )
        schedule = say.schedule_line(self.schedule, self.steps, self.gamma, self.every)
        return f"{line}\nscheduler = {schedule}" if schedule else line

    def svg(self) -> str:
        """Draw the map with every way on it, and the loss of each."""
        return optimizers_still.picture(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return optimizers_still.words(self)
