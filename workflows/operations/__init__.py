"""Operations that the API, the command line and the actors share."""
