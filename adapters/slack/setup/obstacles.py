"""What would keep posts from a conversation, and what a person can do about it."""

from __future__ import annotations

from adapters.slack.setup.people import Conversation
from bot.i18n.translator import Translator


def obstacles_to(conversation: Conversation | None, bot: str, words: Translator) -> tuple[str, ...]:
    """Return a sentence for each obstacle. `bot` is the bot's name in the workspace."""
    invite = f"/invite @{bot}"
    if conversation is None:
        return (
            words.gettext(
                "AI News cannot see the conversation. Type {invite} in it, then try again.",
                invite=invite,
            ),
        )
    if conversation.archived:
        return (words.gettext("The channel is archived: nothing can be posted to it."),)
    if not conversation.joined:
        return (
            words.gettext(
                "AI News is not in the channel. Type {invite} in it, then try again.", invite=invite
            ),
        )
    return ()
