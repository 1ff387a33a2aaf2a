"""§5.1 by e-mail: a message becomes a case, word on the case that it answers, or a draft; noise is told of and left alone."""
