"""Every sentence that the activations explorer writes, at kinks, in saturation and between, from a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from course.widgets import activations_model as model
from course.widgets import activations_words as words

MODULE = "activations_words.js"
SEED = 3032


def cases() -> Iterator[dict[str, Any]]:
    rng = random.Random(SEED)

    def case(function: str, call: Any, *arguments: Any) -> dict[str, Any]:
        return {"function": function, "arguments": list(arguments), "result": call(*arguments)}

    for kind in model.ACTIVATIONS:
        for z in (0, 1.5, -1.5, 9.9, -9.9, round(rng.uniform(-10, 10), 2)):
            settings = (rng.choice([0, 0.01, 0.2, 1]), rng.choice([0, 0.5, 1, 3]))
            yield case("activationWords", words.activation_words, kind, z, *settings)
            yield case("saturationWords", words.saturation_words, kind, z, *settings)
        for depth, weight in ((1, 1), (10, 1), (10, 0), (50, 3), (7, -0.5), (30, 1.5)):
            layers = model.chain(
                kind, round(rng.uniform(-3, 3), 1), depth, weight, rng.choice([0, 1]), *settings
            )
            plain = [asdict(layer) for layer in layers]
            yield {
                "function": "chainWords",
                "arguments": [kind, plain, weight],
                "result": words.chain_words(kind, layers, weight),
            }
            index = rng.randint(1, depth)
            yield {
                "function": "layerWords",
                "arguments": [plain, index, weight],
                "result": words.layer_words(layers, index, weight),
            }
    for kind in model.LOSSES:
        for _ in range(12):
            target = rng.choice([0, 1, 0.3]) if kind in model.LOGIT_LOSSES else rng.choice([0, 1, -2.5, 7])
            yield case(
                "lossWords",
                words.loss_words,
                kind,
                rng.choice([target, 0, -8, 8, round(rng.uniform(-5, 5), 2)]),
                target,
                rng.choice([0.1, 1, 2.5]),
            )
    for _ in range(20):
        logits = [
            rng.choice([round(rng.uniform(-20, 20), 2), rng.randint(-3, 3)]) for _ in range(rng.randint(2, 6))
        ]
        label, moved = rng.randrange(len(logits)), rng.randrange(len(logits))
        yield case("softmaxWords", words.softmax_words, logits, label, moved)
        activation, loss = rng.choice(model.ACTIVATIONS), rng.choice(model.LOSSES)
        yield case(
            "torchLine",
            words.torch_line,
            rng.choice(["function", "chain", "loss", "softmax"]),
            activation,
            loss,
            rng.choice([0.01, 0.2, 0]),
            rng.choice([1, 0.5]),
            rng.choice([1, 0.3]),
            logits,
            label,
        )
