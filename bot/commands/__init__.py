"""Every /ainews command, declared once for all platforms."""
