"""The catalogs: one `.po` file a language."""
