"""How do commands come in by calls of Discord, without a gateway? Nothing is answered here."""
