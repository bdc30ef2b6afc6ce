"""Where does news come from by itself, and what of it is new?"""
