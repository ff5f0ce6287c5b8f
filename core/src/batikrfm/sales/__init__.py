"""Sales files become orders: read, mapped, parsed, understood, and loaded."""
