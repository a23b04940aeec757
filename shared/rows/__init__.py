"""Row visibility: filters of queries, and row-level security policies derived from them."""
