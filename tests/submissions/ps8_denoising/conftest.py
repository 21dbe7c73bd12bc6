"""The answers in wrong/ and right/ are cells of notebooks, not modules to import."""

collect_ignore = ["wrong", "right"]
