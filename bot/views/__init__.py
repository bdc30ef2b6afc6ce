"""What does a card or a JSON answer say? Pure: values in, values out."""
