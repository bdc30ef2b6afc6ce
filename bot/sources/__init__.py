"""Where does news come from by itself, and what of it is new? Nothing is read of feeds here."""
