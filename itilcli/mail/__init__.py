"""A letter: what an RFC 5322 message says, whoever wrote it and however badly. Bytes in, values out; nothing raises."""
