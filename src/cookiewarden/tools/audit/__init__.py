"""Audits what an app or a site really sets, in the four states of a visitor, against what its policy declares.

Rule: ``observed`` is what every reader of a target returns, and all that ``findings`` judges.
"""
