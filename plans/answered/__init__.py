"""What a clerk's answers make of the parts of an issued document."""
