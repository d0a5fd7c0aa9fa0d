"""The built-in templates, one builder for each paper; their Chinese is the paper's own and is not translated."""
