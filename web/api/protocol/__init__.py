"""What every call has in common: bodies, answers, problems, keys, routes and the OpenAPI document."""
