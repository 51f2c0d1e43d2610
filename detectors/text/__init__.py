"""Language, negativity and categories of a text, and the hashes that tell copies and terms apart.

A whole batch of texts is read as one numpy array of characters (`tokens`), every token gets a 64-bit hash
from one running sum (`hashing`), and all that is known about words (`vocabulary`) is looked up by gathers.
`scorer.TextScorer` is the way in.
"""
