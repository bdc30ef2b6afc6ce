"""Which processes run, where, and what did dead ones leave? Nothing is started or ended here."""
