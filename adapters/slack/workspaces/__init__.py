"""By which token is a workspace spoken to, and when by none any more? Nobody is answered here."""
