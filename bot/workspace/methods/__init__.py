"""The Web API methods that this workspace knows, one module for each family."""
