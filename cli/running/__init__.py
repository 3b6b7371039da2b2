"""Commands that run the service and look after it: server, workers, doctor, tokens."""
