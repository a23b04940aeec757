"""The references in docs/ and the READMEs, generated from the code."""
