"""Products service: products in versions, review, publication, search, print."""
