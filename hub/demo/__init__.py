"""The scenarios played through a real Kafka: what happens, who is told, and whether that is what the law expects."""
