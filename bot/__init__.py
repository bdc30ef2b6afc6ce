"""The application: what to do, never how a platform says it."""
