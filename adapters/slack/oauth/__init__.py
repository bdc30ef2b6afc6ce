"""How does somebody add the app to a workspace of theirs, and what do they see then?"""
