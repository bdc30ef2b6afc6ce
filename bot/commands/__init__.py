"""What may be asked, and who may ask it? Each command is declared once; none knows a platform."""
