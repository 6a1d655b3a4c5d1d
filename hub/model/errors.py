"""What the hub raises when it could not answer. Texts hold codes, ids and places in the log, never a body."""


class HubError(Exception):
    """Base of everything that the hub itself raises."""


class StateMissingError(HubError):
    """The timeline has sheets but hub.state says nowhere to go on: starting at zero would decide everything again."""


class CommitFailedError(HubError):
    """A part of a transaction was not acknowledged; nothing of it was committed and the process must end."""
