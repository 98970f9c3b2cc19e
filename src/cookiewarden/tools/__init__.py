"""The tools that people run by hand, outside a request. Rule: only ``cli`` imports them."""
