"""One harness over library x format x engine.

A case (``case``) goes through a real registry and the exporter (``suite``); its library
(``libraries``) says how it is fitted and logged, which rows are asked and what the right answers
are; an engine (``engines``) scores the files; one comparison (``compare``) holds the two together.
"""
