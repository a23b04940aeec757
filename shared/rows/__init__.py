"""Which rows an actor may see: conditions of queries, and row-level security policies derived from them."""
