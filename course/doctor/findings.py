"""What the doctor says: findings, and the report that prints them."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict, dataclass, field
from html import escape

__all__ = ["GIB", "Finding", "Report", "first_line"]

GIB = 2**30
WIDTH = 100


def first_line(text: str) -> str:
    """Return the first line of a message, cut to a readable length."""
    return text.strip().partition("\n")[0][:200]


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        name: what was looked at.
        state: ``ok``; ``note``, worth knowing and nothing to do; ``mend``, something will not work.
        text: what was found.
        mend: how to mend it; empty unless ``state`` is ``mend`` (or a note has some advice).
    """

    name: str
    state: str
    text: str
    mend: str = ""


@dataclass(frozen=True)
class Report:
    """All findings, printed one a line; ``ok`` is False where something must be mended."""

    findings: tuple[Finding, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """True where nothing must be mended."""
        return all(finding.state != "mend" for finding in self.findings)

    @property
    def verdict(self) -> str:
        """The last line of the report."""
        count = sum(finding.state == "mend" for finding in self.findings)
        if not count:
            return "Nothing found to mend: the course should run here."
        return f"{count} thing{'s' if count > 1 else ''} to mend: follow the arrows above, then run the doctor again."

    def __str__(self) -> str:
        lines = []
        for f in self.findings:
            lines += textwrap.wrap(f"{f.state:<5} {f.name:<12} {f.text}", WIDTH, subsequent_indent=" " * 19)
            if f.mend:
                arrow = f"{'':19}→ {f.mend}"
                lines += textwrap.wrap(arrow, WIDTH, subsequent_indent=" " * 21, break_on_hyphens=False)
        return "\n".join([*lines, "", self.verdict])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th scope='row' style='text-align:left'>{escape(f.name)}</th><td><b>{f.state}</b></td>"
            f"<td style='text-align:left'>{escape(f.text)}{'<br>→ ' + escape(f.mend) if f.mend else ''}</td></tr>"
            for f in self.findings
        )
        head = "<thead><tr><th style='text-align:left'>what</th><th>state</th><th style='text-align:left'>found</th></tr></thead>"
        return f"<table>{head}<tbody>{rows}</tbody></table><p>{escape(self.verdict)}</p>"

    def to_json(self) -> str:
        """Return the report as JSON: ``{"ok": …, "findings": [{"name", "state", "text", "mend"}, …]}``."""
        return json.dumps({"ok": self.ok, "findings": [asdict(f) for f in self.findings]}, indent=2)
