"""A person's table: its values, and how a file of whatever dialect is read."""
