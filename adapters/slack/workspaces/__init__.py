"""By which token is a workspace spoken to, and what becomes of one that takes it back?"""
