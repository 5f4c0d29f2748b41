"""The pages, one a file, and what their widgets share."""
