"""What comes in and goes out as text: extracts, receipts, sheets, and the rules of text at every edge."""
