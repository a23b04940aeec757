"""How a message leaves: e-mail over SMTP, a signed webhook."""
