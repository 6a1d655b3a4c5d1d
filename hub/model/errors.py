"""What the hub raises when it could not answer. Texts hold codes, ids and places in the log, never a body."""


class HubError(Exception):
    """Base of everything that the hub itself raises."""


class StateMissingError(HubError):
    """The timeline has sheets but hub.state says nowhere to go on: starting at zero would decide everything again."""


class CommitFailedError(HubError):
    """A part of a transaction was not acknowledged; nothing of it was committed and the process must end."""


class FencedError(CommitFailedError):
    """Another worker has taken the partition up, or the broker has ended a transaction that took too long."""


class LoopEndedError(HubError):
    """A loop ended although nobody had asked it to, or failed while it finished; the process must end."""


def told(error: BaseException) -> str:
    """What may be said of an error anywhere: of the hub's own also its text; of others, which may quote a body, not."""
    if isinstance(error, BaseExceptionGroup):
        return ", ".join(told(one) for one in error.exceptions)
    kind = type(error).__name__
    return f"{kind}: {error}" if isinstance(error, HubError) else kind
