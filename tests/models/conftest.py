"""The flag that writes the golden cards anew."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-cards",
        action="store_true",
        help="write tests/models/cards/*.txt from the networks as they are",
    )
