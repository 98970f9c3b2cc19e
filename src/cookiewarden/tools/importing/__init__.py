"""Import a published cookie policy: readers turn a document into blocks, and one interpreter reads those.

Rule: invent nothing. What is not clear is marked in the result, with the words of the document that it came from.
"""
