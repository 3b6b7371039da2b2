"""The words that the pictures and tables add to those of the machines, in both languages."""

from models.codes import Label

FROM = Label("from", "de")
FINAL = Label("final", "final")
STARTS_HERE = Label("starts here", "commence ici")
OVERVIEW = Label("How the machines meet", "Comment les machines se rencontrent")
CAUSES = Label("Event → what it brings about", "Événement → ce qu'il entraîne")
BEGINS = Label("new: {event}", "nouveau : {event}")
SUMMARY = Label(
    "{states} states, {events} events. When all goes well: {happy}.",
    "{states} états, {events} événements. Quand tout va bien : {happy}.",
)
HEADINGS = (
    Label("From", "De"),
    Label("Event", "Événement"),
    Label("To", "Vers"),
    Label("Code", "Code"),
    Label("Only if", "Seulement si"),
    Label("Looks at", "Examine"),
    Label("Message when refused", "Message en cas de refus"),
    Label("Who can fix", "Qui peut corriger"),
)
STATE = Label("State", "État")
STORED = Label("Stored as", "Valeur")
OVERVIEW_HEADINGS = (
    Label("Machine", "Machine"),
    Label("Event", "Événement"),
    Label("Brings about in", "Entraîne dans"),
    Label("Event", "Événement"),
)
HEAT = Label(
    "State: number now · median stay (ground) · 90th percentile (border). Arrow: share of what left · number · ✕ refused.",
    "État : nombre · séjour médian (fond) · 90e centile (bord). Flèche : part des départs · nombre · ✕ refus.",
)
STATE_HEADINGS = (
    Label("State", "État"),
    Label("Now", "Nombre"),
    Label("Median stay", "Séjour médian"),
    Label("90th percentile", "90e centile"),
)
ARROW_HEADINGS = (
    Label("From", "De"),
    Label("Event", "Événement"),
    Label("To", "Vers"),
    Label("Number", "Nombre"),
    Label("Share", "Part"),
    Label("Refused by", "Refusé par"),
)
