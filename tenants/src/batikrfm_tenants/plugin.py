"""The entry point by which the core finds this distribution; it registers what people need: sign-in, the portal, their commands."""
