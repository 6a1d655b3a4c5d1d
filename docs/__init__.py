"""What people read about the hub; docs.generate makes the pages that follow from the hub's own data."""
