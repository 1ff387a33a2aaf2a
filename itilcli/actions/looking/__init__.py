"""Which cases are meant, and what is told of them."""
