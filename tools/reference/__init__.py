"""Generator of the references in docs/ and the READMEs."""
