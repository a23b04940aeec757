"""What can be read of products: the public sees what is published, who works on one sees all of it."""
