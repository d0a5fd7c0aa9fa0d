"""Plans in: values held against the hand-checked content, large tables, hostile files, papers at first sight."""
