"""The demonstration: made-up students from extract to envelope."""
