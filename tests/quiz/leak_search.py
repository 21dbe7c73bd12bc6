"""Search a file that students get for what tells an answer, in any form in which it could be taken back out."""

from __future__ import annotations

import base64
import codecs
import contextlib
import hashlib
import hmac
import html
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from course.quiz import Question
from course.quiz.exam import shown_questions
from course.quiz.forms import Choice, Match, Number, Order, Text

HASHES = ("md5", "sha1", "sha224", "sha256", "sha512", "blake2b", "sha3_256")
BETWEEN = ("", ":", "|", "-", "/", " ", "_")


def values(question: Question) -> list[str]:
    """Return the writings of a question's answer."""
    form = question.form
    found: list[str] = [question.answer]
    if isinstance(form, Number):
        found += [f"{form.value:,}", f"{float(form.value)}", json.dumps(form.value)]
    if isinstance(form, Text):
        found += [*form.accepted, *(a.lower() for a in form.accepted)]
    if isinstance(form, Choice):
        found += [o.text for o in form.options if o.right] + [json.dumps([o.right for o in form.options])]
        found += ["".join("01"[o.right] for o in form.options)]
        found += [str([i for i, o in enumerate(form.options) if o.right])]
    if isinstance(form, Order):
        found += [json.dumps(form.right), ",".join(map(str, form.right)), "".join(map(str, form.right))]
    if isinstance(form, Match):
        found += [json.dumps(form.pairs), ",".join(map(str, form.pairs)), "".join(map(str, form.pairs))]
    return list(dict.fromkeys(found))


def encoded(value: str) -> Iterator[tuple[str, str]]:
    """Yield a value in forms from which it can be taken back, with the name of each."""
    data = value.encode()
    yield "as it is", value
    yield "reversed", value[::-1]
    yield "rot13", codecs.encode(value, "rot13")
    yield "hex", data.hex()
    yield "base64", base64.b64encode(data).decode().rstrip("=")
    yield "base64 reversed", base64.b64encode(data[::-1]).decode().rstrip("=")
    yield "base32", base64.b32encode(data).decode().rstrip("=")
    yield "base85", base64.b85encode(data).decode()
    yield "JSON in base64", base64.b64encode(json.dumps(value).encode()).decode().rstrip("=")
    yield "character codes", ",".join(map(str, data))
    if value.isdigit():
        yield "hexadecimal number", f"{int(value):x}"
        yield "octal number", f"{int(value):o}"
        yield "binary number", f"{int(value):b}"


def hashed(value: str, salts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield digests of a value: plain, and with each salt before it, behind it, and as a key."""
    texts = {"": value}
    for salt in salts:
        for between in BETWEEN:
            texts[f"{salt!r}{between!r} before"] = f"{salt}{between}{value}"
            texts[f"{salt!r}{between!r} behind"] = f"{value}{between}{salt}"
    for name in HASHES:
        for how, text in texts.items():
            digest = hashlib.new(name, text.encode()).digest()
            yield f"{name} {how}", digest.hex()[:16]
            yield f"{name} {how} in base64", base64.b64encode(digest).decode()[:12]
        for salt in salts:
            digest = hmac.new(salt.encode(), value.encode(), name).digest()
            yield f"HMAC {name} with {salt}", digest.hex()[:16]
            yield f"HMAC {name} with {salt} in base64", base64.b64encode(digest).decode()[:12]


@lru_cache(maxsize=16)
def windows(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return all beginnings of digests that a text can hold: 16 hexadecimal digits, 12 letters of base64."""
    hexadecimal = {
        run[i : i + 16] for run in re.findall(r"[0-9a-f]{16,}", text.lower()) for i in range(len(run) - 15)
    }
    base = {run[i : i + 12] for run in re.findall(r"[A-Za-z0-9+/]{12,}", text) for i in range(len(run) - 11)}
    return frozenset(hexadecimal), frozenset(base)


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """Return a file's text as it is, with what JSON and HTML escape written out, and with all that is packed in base64."""
    return "\n".join(writings(text, depth=2))


def writings(text: str, depth: int) -> Iterator[str]:
    """Yield the writings of a text, those of the base64 in it too, down to a depth."""
    escaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
    yield text
    yield escaped
    yield html.unescape(text)
    yield html.unescape(escaped).replace('\\"', '"').replace("\\n", " ")
    for run in re.findall(r"[A-Za-z0-9+/_-]{24,}", text) if depth else ():
        data = base64.urlsafe_b64decode(run.replace("+", "-").replace("/", "_")[: len(run) // 4 * 4])
        with contextlib.suppress(zlib.error):
            data += zlib.decompressobj(wbits=47).decompress(data)  # the run may end in the middle
        yield from writings(data.decode("utf-8", "ignore"), depth - 1)


@lru_cache(maxsize=16)
def shown_text(questions: str) -> tuple[str, str]:
    """Return what all questions of an exam show, given as JSON; and the same without commas, which numbers may have."""
    public = plain(questions) + "\n" + plain(json.dumps(json.loads(questions), ensure_ascii=False))
    return public, public.replace(",", "")


def leaks(
    text: str, question: Question, number: int, exam: dict[str, Any], private: Sequence[str] = ()
) -> list[str]:
    """Return what in a text tells the answer to a question of an exam.

    A value is no leak where the questions themselves show it, and short ones are not searched for as they are, since small
    numbers and letters stand everywhere: four characters are needed, six in another writing. Digests of all are searched for.

    Args:
        text: a file's content.
        question: with its answer.
        number: which question of the exam it is, from 1.
        exam: as stored; its fields are the salts that a student knows.
        private: texts that must not stand there, such as the secret and seeds.
    """
    everything = plain(text)
    lowered = everything.lower()
    hexadecimal, base = windows(everything)
    public, public_digits = shown_text(json.dumps(exam["questions"]))
    found = [f"private: {what[:12]}…" for what in private if what.lower() in lowered]
    salts = [
        *(exam[key] for key in ("exam", "student", "title", "variant", "code")), exam["code"].replace("-", ""), f"q{number}",
        str(number), str(number - 1), question.name, question.kind,
    ]  # fmt: skip
    for value in values(question):
        for how, form in encoded(value):
            if len(form) < (4 if how == "as it is" else 6) or form not in everything or form in public:
                continue
            if how == "as it is" and value.replace(",", "") in public_digits:
                continue
            if re.search(rf"(?<![\w.]){re.escape(form)}(?![\w])", everything):
                found.append(f"q{number}: {value!r} {how}")
        found += [
            f"q{number}: {value!r} as {how}"
            for how, form in hashed(value, salts)
            if form in hexadecimal or form in base
        ]
    told = [question.hint, *question.worked, question.name]
    told += [words for m in question.mistakes for words in (m.feedback, m.name)]
    told += [o.why for o in getattr(question.form, "options", ())] + list(getattr(question.form, "whys", ()))
    found += [
        f"q{number}: tells {words[:40]!r}"
        for words in told
        if len(words) > 9
        and words not in public
        and (words in everything or " ".join(words.split()) in everything)
    ]
    return found


def unknown_keys(exam: dict[str, Any]) -> list[str]:
    """Return the keys of an exam that students need not have."""
    top = {"format", "version", "title", "exam", "variant", "student", "code", "points", "questions"}
    common = {"name", "points", "prompt", "code", "table", "picture", "form"}
    own = {"number": {"unit", "decimals"}, "single": {"options"}, "multiple": {"options"}, "text": set(), "order": {"items"},
           "match": {"left", "right"}}  # fmt: skip
    found = sorted(set(exam) - top)
    for question in exam["questions"]:
        found += sorted(set(question) - common - own[question["form"]])
        found += sorted(set(question.get("picture", {})) - {"svg", "alt"})
        listed = [
            t for key in own[question["form"]] if isinstance(question[key], list) for t in question[key]
        ]
        found += [f"{question['name']}: {t!r} is no text" for t in listed if not isinstance(t, str)]
    return found


def shown_only(exam: dict[str, Any], questions: Sequence[Question], points: Sequence[float]) -> bool:
    """Return True where an exam's questions are what is shown of these."""
    return bool(exam["questions"] == shown_questions(questions, points))
