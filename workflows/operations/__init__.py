"""Operations: what people and services do, shared by HTTP, the command line and the automatic steps."""
