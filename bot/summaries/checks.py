"""What is wrong with a draft as far as code can see: refused, or flagged for its reviewer. Pure."""

from __future__ import annotations

import re

from bot.i18n.translator import N_, kept
from bot.port.text import link_places
from bot.port.writer import Draft, WriterTask
from bot.summaries.drafting import Verdict
from store.model import DraftFlag

TITLE = 200
NOTE = 600
"""Characters of a draft, at most: three sentences."""

_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_LETTER = re.compile(r"[^\W\d_]")
_EASTERN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LEAST_HANGUL = 0.3

_EMPTY = N_("The model wrote nothing.")
_LONG = N_("The model wrote too much.")
_LANGUAGE = N_("The model wrote in another language.")
_LINK = N_("The model wrote a link that its source does not have.")
_CHANGED = N_("“{words}” does not stand so in the source.")


def check(task: WriterTask, draft: Draft) -> Verdict:
    """Return what is wrong with a draft of a task."""
    text = f"{draft.title}\n{draft.note}"
    source = f"{task.title}\n{task.text}"
    if not draft.title.strip() or (task.text and not draft.note.strip()):
        return Verdict(_EMPTY)
    if len(draft.title) > TITLE or len(draft.note) > NOTE:
        return Verdict(_LONG)
    letters = len(_LETTER.findall(text)) or 1
    korean = len(_HANGUL.findall(text)) / letters
    foreign = set(_EASTERN.findall(text)) - set(_EASTERN.findall(source))
    if foreign or (korean >= _LEAST_HANGUL) != (task.into == "ko"):
        return Verdict(_LANGUAGE)
    if any(link.url not in source for _, _, link in link_places(text)):
        return Verdict(_LINK)
    known = set(_NUMBER.findall(source))
    changed = dict.fromkeys(one for one in _NUMBER.findall(text) if one not in known)
    return Verdict(flags=tuple(DraftFlag(kept(_CHANGED, {"words": w}), w) for w in changed))
