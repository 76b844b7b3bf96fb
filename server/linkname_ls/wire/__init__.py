"""Messages on a pipe: how they are cut out of what comes, how they are written, and who is at the other end."""
