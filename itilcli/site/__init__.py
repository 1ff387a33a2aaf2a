"""Pages for those who do not use a shell: laid out from plain data, in one language, by the templates of ``site/``."""
