"""The products of a partnership: drafted, approved by two parties, published for everyone."""
