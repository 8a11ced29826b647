"""咨询 Questions, who answers for them, and what is published as FAQ."""
