"""``course data list``, ``fetch`` and ``verify``."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import asdict
from textwrap import shorten
from typing import Any

from course.data.catalogue import data_set, names
from course.data.dataset import DataSet
from course.data.errors import DataError
from course.data.fetch import fetch
from course.data.load import find, say
from course.data.root import root, shown
from course.data.verify import verify

__all__ = ["data"]

FOUND = 1  # exit code: something is wrong, or could not be fetched
SETS = tuple(name for name in names() if name != "folder")


def data(parser: argparse.ArgumentParser, arguments: list[str]) -> int:
    """List the data sets, fetch some, or verify what is there; return the exit code.

    Raises:
        DataError: an unknown data set, or a root that is a file.
    """
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = actions.add_parser("list", help="print the data sets, and which of them are here")
    fetched = actions.add_parser(
        "fetch", help="fetch data sets into COURSE_DATA, and compare their checksums"
    )
    verified = actions.add_parser("verify", help="read every file of the data sets that are here")
    fetched.add_argument(
        "names", nargs="+", metavar="NAME", help="such as mnist; 'all' for all that can be fetched"
    )
    fetched.add_argument(
        "--again", action="store_true", help="fetch archives again, and add the files that are not there"
    )
    verified.add_argument(
        "names", nargs="*", metavar="NAME", help="such as mnist; none for all that are here"
    )
    for one in (listed, verified):
        one.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    if chosen.action == "list":
        return list_sets(chosen.json)
    if chosen.action == "fetch":
        return fetch_sets(chosen.names, chosen.again)
    return verify_sets(chosen.names, chosen.json)


def list_sets(as_json: bool) -> int:
    """Print every data set, where it lies, and how it can be had."""
    rows = [row(data_set(name)) for name in SETS]
    if as_json:
        print(json.dumps({"root": str(root()), "sets": rows}, indent=2, ensure_ascii=False))
        return 0
    place = root()
    width = max(60, shutil.get_terminal_size((200, 24)).columns)
    print(f"data sets in {place}" + ("" if place.exists() else ", which does not exist yet"))
    for entry in rows:
        here = entry["folder"] or "–"
        what = shorten(entry["what"], max(20, width - 51), placeholder=" …")
        print(f"{entry['name']:<15}{here:<21}{entry['fetch']:<14} {what}")
    print("– is not here: a stand-in takes its place until course data fetch NAME brings it, or you do")
    return 0


def row(known: DataSet) -> dict[str, Any]:
    """Return what is to be said of a data set."""
    place = find(known)
    how = "by hand" if not known.remotes else f"fetch {known.size / 1e6:,.0f} MB" if known.size else "fetch"
    return {
        "name": known.name,
        "title": known.title,
        "what": known.what,
        "folder": place.relative_to(root()).as_posix() if place else "",
        "fetch": how,
        "bytes": known.size,
        "splits": list(known.splits),
        "terms": known.terms,
        "page": known.page,
        "stand_in": known.stand_in,
    }


def known_sets(given: list[str]) -> list[DataSet]:
    """Return the data sets of names, each of which must be one."""
    for name in given:
        if data_set(name).name == "folder":
            raise DataError("'folder' is any folder of yours: it is neither fetched nor verified")
    return [data_set(name) for name in dict.fromkeys(given)]


def fetch_sets(given: list[str], again: bool) -> int:
    """Fetch data sets; one that cannot be had does not keep the others from being fetched."""
    wanted = [name for name in SETS if data_set(name).remotes] if given == ["all"] else given
    failed = False
    for known in known_sets(wanted):
        try:
            put = fetch(known, root(), again=again, say=say)
        except DataError as error:
            print(f"{known.name}: {error}", file=sys.stderr)
            failed = True
            continue
        there = find(known)
        print(
            f"{known.name}: {f'{len(put):,} files put into' if put else 'nothing lacks in'} {shown(there or root())}"
        )
    return FOUND if failed else 0


def verify_sets(given: list[str], as_json: bool) -> int:
    """Verify data sets, by default those that are here."""
    wanted = known_sets(given) or [data_set(name) for name in SETS if find(data_set(name))]
    verdicts = [verify(known.name) for known in wanted]
    if as_json:
        print(json.dumps([asdict(verdict) for verdict in verdicts], indent=2, ensure_ascii=False))
    elif not verdicts:
        print(f"no data sets in {root()}: course data list names those that can be had")
    else:
        print("\n".join(map(str, verdicts)))
    lacking = [verdict.name for verdict in verdicts if given and verdict.state == "absent"]
    return FOUND if lacking or not all(verdict.ok for verdict in verdicts) else 0
