"""Personal data: declared once; erasure, export, retention and sealing follow."""
