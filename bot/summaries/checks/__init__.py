"""What is wrong with a draft, as far as code can see? Pure: it knows the source and the draft."""
