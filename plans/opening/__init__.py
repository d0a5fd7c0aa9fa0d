"""Opens an issued document of any format that is read, or says in one sentence why not and what helps."""

from plans.opening.opener import open_document, open_path

__all__ = ["open_document", "open_path"]
