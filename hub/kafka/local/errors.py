"""What can go wrong with a broker on this machine."""

from hub.model.errors import HubError


class LocalBrokerError(HubError):
    """The broker on this machine could not do what was asked."""


class JarError(LocalBrokerError):
    """A jar could not be fetched, or is not the one on the committed list."""


class StartError(LocalBrokerError):
    """A broker did not start; the text ends with the last lines of its own log."""


class PortTakenError(StartError):
    """A broker did not start because another process took its port first."""
