"""Content inspection of uploads: each accepted file type is parsed before it is stored."""
