"""``course widgets``: the list, the page, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course.cli import main
from course.widgets.catalogue import EXPLORERS


def test_list_names_every_explorer_with_a_sentence(capsys):
    assert main(["widgets", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(EXPLORERS)
    assert all(len(line.split(maxsplit=1)[1]) > 20 for line in lines)


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_is_exported_as_one_page(name, tmp_path, capsys):
    path = tmp_path / "page.html"
    assert main(["widgets", "export", name, "-o", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    assert text.count("<script") == 1
    assert "src=" not in text.partition("<noscript>")[0]
    assert f"wrote {path}" in capsys.readouterr().out


def test_settings_and_states_reach_the_page(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert (
        main(
            [
                "widgets",
                "export",
                "convolution",
                "stride=2",
                "kernel=gaussian",
                "--state",
                '{"padding": [1, 2]}',
            ]
        )
        == 0
    )
    assert "kernel='gaussian', stride=2, padding=(1, 2)" in capsys.readouterr().out
    assert '"stride": [2, 2]' in Path("convolution.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["convolutions"], "there is no explorer 'convolutions': did you mean 'convolution'?"),
        (["convolution", "stride=0"], "stride (height) must be at least 1, got 0"),
        (["convolution", "strides=2"], "has no state named 'strides'"),
        (["convolution", "stride"], "'stride' is no setting: write NAME=VALUE"),
        (["convolution", "--state", "{"], "--state is no JSON"),
        (["convolution", "--state", json.dumps([1])], "--state must be an object"),
        (["convolution", "-o", "/no/such/folder/page.html"], "cannot use '/no/such/folder/page.html'"),
    ],
)
def test_what_cannot_be_done_is_said(arguments, words, capsys):
    assert main(["widgets", "export", *arguments]) == 2
    assert words in " ".join(capsys.readouterr().err.split())
