"""What cells say, whatever column they stand in: clean text, numbers, dates, contacts, statuses. Vectorised; no cell content raises."""
