"""When is a writer asked, what of its answer is kept, what does it cost? Nothing is shown here."""
