"""What the DNS tells receivers about who may send in a domain's name, in words."""
