"""What people run at a desk, outside a request. Nothing but ``cli`` imports it."""
