"""How we talk: everything that touches the outside."""
