"""Apache Kafka itself, from pip alone, on this machine: for the demo, for tests and for a developer.

``Cluster`` lives as long as a ``with`` block and dies with its process however that ends;
``resident`` keeps one broker and its data between commands.
"""

from hub.kafka.local.cluster import Cluster
from hub.kafka.local.errors import JarError, LocalBrokerError, PortTakenError, StartError
from hub.kafka.local.node import Node

__all__ = ["Cluster", "JarError", "LocalBrokerError", "Node", "PortTakenError", "StartError"]
