"""What is handed in by whom to whom by when."""
