"""Why sharing could not answer. Texts hold entry ids and places in the log, never a body."""

from hub.model.errors import HubError


class SharingError(HubError):
    """Base of what sharing raises."""


class UnwritableError(SharingError):
    """An entry does not agree with itself or the directory, so no copy of it can be written."""


class StateUnreadableError(SharingError):
    """A record of hub.state or hub.withdrawals cannot be read: without it nothing may be decided."""
