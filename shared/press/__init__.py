"""Accessible PDFs by Typst, typeset in worker processes."""
