"""The HTTP door that all services share: who knocks, what is answered, how a refusal is told."""
