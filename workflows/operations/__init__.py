"""Operations that the screens, the API, the command line and the actors share."""
