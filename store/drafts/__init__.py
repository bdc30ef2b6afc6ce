"""What did a model draft of which text, what did it cost, and what did a person make of it?"""
