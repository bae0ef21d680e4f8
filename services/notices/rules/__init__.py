"""The rules of notices: who is told when, what becomes of a mail, what an answer is worth."""
