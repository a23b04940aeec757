"""What is known of Indonesia's areas."""
