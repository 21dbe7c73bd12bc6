"""The bundler: what it puts together, and what it refuses."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from course.widgets.bundle import FOLDER, BundleError, bundle, styles


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("_json", ".json").replace("_js", ".js")).write_text(text)
    return folder


def test_modules_keep_their_scope_and_are_taken_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_js='import { f, g as h } from "./b.js";\nimport { f as f2 } from "./c.js";\n// gone\nexport const x = f() + h() + f2();\n'
        'export default { x };\n',
        b_js='import { f as inner } from "./c.js";\nconst own = 1;\nexport function f() { return own + inner(); }\n'
        "export const g = () => 10;\n",
        c_js='import data from "./d.json" with { type: "json" };\nconst own = 100;\nexport function f() { return own + data.n; }\n',
        d_json='{"n": 1000}',
    )  # fmt: skip
    text = bundle("a.js", tmp_path)
    assert "import" not in text
    assert "gone" not in text
    assert text.count("const own = 100") == 1
    if node := shutil.which("node"):
        code = text + "\nconsole.log(x);"
        done = subprocess.run(
            [node, "--input-type=module", "-e", code], capture_output=True, text=True, check=True
        )
        assert done.stdout == "2211\n"  # (1 + 1100) + 10 + 1100


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a_js": 'import { x } from "./b.js";\n'}, "'b.js' is imported by 'a.js' but is not in"),
        (
            {"a_js": 'import { x } from "./b.js";\n', "b_js": 'import { x } from "./a.js";\n'},
            "in a circle: a.js > b.js > a.js",
        ),
        ({"a_js": 'import * as b from "./b.js";\n'}, "is a form this bundler does not read"),
        ({"a_js": 'import { x } from "https://cdn.example/x.js";\n'}, "is a form this bundler does not read"),
        ({"a_js": "const x = 1;\nexport { x };\n"}, "is a form this bundler does not read"),
        ({"a_js": 'const x = await import("./b.js");\n'}, "is a form this bundler does not read"),
        (
            {"a_js": 'import { x } from "./b.js";\n', "b_js": "export default 1;\n"},
            "only the entry module may export a default",
        ),
    ],
)
def test_what_it_does_not_read_it_refuses(tmp_path: Path, files: dict[str, str], words: str) -> None:
    write(tmp_path, **files)
    with pytest.raises(BundleError) as caught:
        bundle("a.js", tmp_path)
    assert words in str(caught.value)


def test_our_modules_ask_nothing_of_the_network() -> None:
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text, path.name
        assert "fetch(" not in text, path.name
    assert "@import" not in styles("theme.css", "grid.css", "convolution.css", within="Any")


def test_every_selector_of_every_sheet_is_held_to_its_widget() -> None:
    for path in FOLDER.glob("*.css"):
        text = styles(path.name, within="Any")
        plain = re.sub(r"@[^{]*\{", "{", text)
        heads = [head for head in re.findall(r"([^{};]+)\{", plain) if head.strip()]
        assert heads, path.name
        for head in heads:
            for selector in re.split(r",(?![^(]*\))", head):
                assert ".cx-Any" in selector, (path.name, selector)
        assert text.replace(".cx-Any", "").count("{") == text.count("}")
