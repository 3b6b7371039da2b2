"""How documents reach people: downloads, waybills, special handling, consumers, mail, refunds."""
