"""What can be read of products: the public sees what is published, the parties everything."""
