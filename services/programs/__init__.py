"""Programs service: problems, programmes, stages, evidence, indicators."""
