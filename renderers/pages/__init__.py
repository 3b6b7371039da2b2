"""The pages that are designed here: credential, letter, instruction sheet, and what stands on them."""
