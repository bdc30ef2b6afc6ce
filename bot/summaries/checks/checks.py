"""One draft beside its source: refused before anybody sees it, or with what is to be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from bot.i18n.translator import N_, kept
from bot.port.writer import Draft, WriterTask
from bot.sources.stories.vocabulary import Vocabulary
from bot.summaries.checks import wording
from bot.summaries.checks.names import NameCheck
from bot.summaries.checks.quantities import quantities
from bot.summaries.drafting import DraftVerdict
from store.model import DraftFlag
from store.search.text.analyzer import Analyzer
from store.search.text.folding import fold, fold_with_places

TITLE = 200
NOTE = 600
"""Characters of a draft, at most: three sentences."""

_EMPTY = N_("The model wrote nothing.")
_LONG = N_("The model wrote too much.")
_ECHO = N_("The model said its instructions again.")
_LANGUAGE = N_("The model wrote in another language.")
_DECLINED = N_("The model declined to write.")
_LINK = N_("The model wrote a link.")
_MARKUP = N_("The model wrote a mention or markup.")
_ORDERS = N_("The model told its reader what to do.")
_NUMBER = N_("“{words}” is no number of the source.")
_NAME = N_("“{words}” is not named in the source.")
_TITLE = N_("The title is not translated.")


class DraftChecks:
    """Checks drafts. Not to be shared between threads, and reads no table before there is one.

    Numbers are seen well, names half, other errors hardly: so what passes waits for a person.
    """

    def check(self, task: WriterTask, draft: Draft) -> DraftVerdict:
        """Return what is wrong with a draft of a task."""
        title, note = draft.title.strip(), draft.note.strip() if task.text else ""
        source = f"{task.title}\n{task.text}"
        if refused := _refused(task, draft, title, note, source):
            return DraftVerdict(refused)
        return DraftVerdict(flags=tuple(self._flags(title, note, source, task.into)))

    @cached_property
    def _names(self) -> NameCheck:
        return NameCheck(Vocabulary.shipped(Analyzer()))

    def _flags(self, title: str, note: str, source: str, into: str) -> Iterator[DraftFlag]:
        text = f"{title}\n{note}"
        if wording.untranslated(title, into):
            yield DraftFlag(kept(_TITLE, {}))
        numbers = dict.fromkeys(changed_numbers(text, source))
        for words in numbers:
            yield DraftFlag(kept(_NUMBER, {"words": words}), words)
        for words in dict.fromkeys(self._names.foreign(text, source, into)):
            if words not in numbers:
                yield DraftFlag(kept(_NAME, {"words": words}), words)


def _refused(task: WriterTask, draft: Draft, title: str, note: str, source: str) -> str:
    """Return why a draft is of no use, empty where it is of some."""
    text = f"{title}\n{note}"
    if not title or (task.text and not note):
        return _EMPTY
    if len(title) > TITLE or len(note) > NOTE:
        return _LONG
    seen = (
        (_ECHO, wording.echoes(text, draft.asked, source)),
        (_DECLINED, wording.declines(text)),
        (_LINK, wording.leads_elsewhere(text, source)),
        (_MARKUP, wording.marked_up(text)),
        (_ORDERS, wording.orders(text)),
        (_LANGUAGE, wording.foreign_letters(text, source)),
        (_LANGUAGE, wording.other_language(note or title, task.into)),
    )
    return next((reason for reason, found in seen if found), "")


def changed_numbers(text: str, source: str) -> Iterator[str]:
    """Yield the numbers of a text that a source does not have, as they are written there."""
    known = quantities(fold(source))
    folded, places = fold_with_places(text)
    for quantity in quantities(folded):
        if quantity.held and not any(quantity.tells(each) for each in known):
            yield text[places[quantity.start] : places[quantity.end]].strip()
