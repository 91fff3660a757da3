"""Seals over the books: what was posted is committed to in a Merkle tree whose roots are public."""
