"""Who is asking: the actor of every command, and the signed tokens that say so."""
