"""A real JupyterLab and a headless Chromium, one of each a session, for every test that looks at a page.

`chromium` is the browser; `lab` the server with its own empty configuration; `notebook` opens cells in the lab:

    page = notebook("name", ["from course.widgets import ConvolutionExplorer", "ConvolutionExplorer()"])
    page.run_all()
    assert page.ask("print(1 + 1)") == "2"          # asks the notebook's kernel, past the page
    page.tab.locator(".cx")                         # playwright's page

`explore` opens an explorer on an exported page, without a kernel: much faster, and the same JavaScript:

    page = explore(PoolingExplorer(), dark=True)    # tests/browser/explorers.py says what it can do
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from course.widgets.explorer import Explorer
from course.widgets.page import page as page_of
from tests.browser.explorers import Explored

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "screenshots"
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--in-process-gpu",  # this and the next: fewer processes for each page, a sixth of the time
    "--disable-features=IsolateOrigins,site-per-process,SpareRendererForSitePerProcess",
    "--no-first-run",
)


def absent(reason: str) -> None:
    """Skip with the reason, or fail where everything has been asked for."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Headless Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        absent("no chromium on this machine: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path, args=[*FLAGS, *(["--no-sandbox"] if as_root else [])]
        )
        yield browser
        browser.close()


@dataclass
class Lab:
    """A running JupyterLab."""

    url: str
    token: str
    root: Path


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a free port, with a folder, a configuration and a token of its own."""
    home = tmp_path_factory.mktemp("lab")
    root = home / "notebooks"
    settings = home / "config" / "lab" / "user-settings" / "@jupyterlab"
    root.mkdir()
    (settings / "apputils-extension").mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "apputils-extension" / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    token = secrets.token_hex(16)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}",
        "--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True", "--LabApp.news_url=", "--ServerApp.terminals_enabled=False",
    ]  # fmt: skip
    env = {**os.environ, "JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data")}
    env |= {"JUPYTER_RUNTIME_DIR": str(home / "runtime"), "IPYTHONDIR": str(home / "ipython")}
    log = (home / "log").open("w")
    server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            if server.poll() is not None:
                break
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/api?token={token}", timeout=5).close()
                break
            time.sleep(0.25)
        else:
            server.terminate()
        if server.poll() is not None:
            pytest.fail(f"JupyterLab did not start:\n{(home / 'log').read_text()[-3000:]}")
        yield Lab(url, token, root)
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


ASK = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, store_history: false });
  let said = "";
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === "stream") said += content.text;
    if (header.msg_type === "error") said += `${content.ename}: ${content.evalue}`;
  };
  await future.done;
  return said.trim();
}"""


@dataclass
class Notebook:
    """A notebook open in the lab."""

    tab: Any
    errors: list[str]

    def command(self, name: str, **arguments: Any) -> None:
        """Run one of JupyterLab's commands."""
        self.tab.evaluate(
            "([name, options]) => window.jupyterapp.commands.execute(name, options)", [name, arguments]
        )

    def run_all(self) -> None:
        """Run all cells, and wait until they are done."""
        self.tab.wait_for_function(
            "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )
        self.command("notebook:run-all-cells")

    def ask(self, code: str) -> str:
        """Run code in the notebook's kernel, and return what it prints."""
        answer: str = self.tab.evaluate(ASK, code)
        return answer

    def eventually(self, code: str, wanted: str) -> None:
        """Assert that code comes to print what is wanted before long."""
        end = time.monotonic() + 30
        while (got := self.ask(code)) != wanted and time.monotonic() < end:
            time.sleep(0.05)
        assert got == wanted

    def shot(self, name: str) -> None:
        """Keep a picture of the window under build/screenshots/."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.tab.screenshot(path=SHOTS / f"{name}.png", animations="disabled")


def write(path: Path, cells: list[str]) -> None:
    """Write a notebook of code cells."""
    content = {
        "cells": [
            {"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": s}
            for i, s in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
    path.write_text(json.dumps(content))


@pytest.fixture(scope="module")
def notebook(chromium: Any, lab: Lab) -> Iterator[Callable[..., Notebook]]:
    """Open cells as a new notebook, or one that lies in the lab's folder, in the lab or in Notebook 7; closed after the module."""
    contexts = []

    def open_notebook(
        name: str, cells: list[str] | None = None, width: int = 1360, height: int = 1150, app: str = "lab"
    ) -> Notebook:
        if cells is not None:
            write(lab.root / f"{name}.ipynb", cells)
        context = chromium.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        errors: list[str] = []
        tab.on("pageerror", lambda error: errors.append(str(error)))
        where = "lab/tree" if app == "lab" else "notebooks"
        tab.goto(f"{lab.url}/{where}/{name}.ipynb?token={lab.token}&reset")
        tab.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        page = Notebook(tab, errors)
        tab.wait_for_function("Boolean(window.jupyterapp)")
        errors.clear()  # of the application's own start, before any widget of ours
        if app == "lab" and page.tab.evaluate("!window.jupyterapp.shell.leftCollapsed"):
            page.command("application:toggle-left-area")
        return page

    yield open_notebook
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def explore(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Explored]]:
    """Open an explorer on an exported page, offline; whatever goes wrong in the page fails the module."""
    contexts, opened = [], []

    def open_page(
        explorer: Explorer, *, width: int = 1000, height: int = 900, dark: bool = False, calm: bool = False,
        zoom: int = 1, address: str = "",
    ) -> Explored:  # fmt: skip
        path = tmp_path_factory.mktemp("page") / "page.html"
        path.write_text(page_of(explorer), encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width // zoom, "height": height // zoom}, device_scale_factor=zoom, offline=True,
            color_scheme="dark" if dark else "light", reduced_motion="reduce" if calm else "no-preference",
        )  # fmt: skip
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(15_000)
        one = Explored(explorer, tab, SHOTS)
        tab.on("pageerror", lambda error: one.errors.append(str(error)))
        tab.goto(path.as_uri() + address)
        one.eventually(lambda: one.errors or tab.locator(".cx").count(), "an explorer on the page", 15)
        assert one.errors == []
        opened.append(one)
        return one

    open_page.contexts = contexts  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        context.close()
    for one in opened:
        assert one.errors == [], type(one.explorer).__name__


@pytest.fixture(autouse=True)
def pages_of_one_test_are_closed_with_it(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a test opened itself; pages that fixtures of the module opened stay. A hundred open pages are slow."""
    contexts = request.getfixturevalue("explore").contexts if "explore" in request.fixturenames else []
    before = len(contexts)
    yield
    while len(contexts) > before:
        contexts.pop().close()
