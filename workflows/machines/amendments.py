"""What is recorded, and refused, like an event, though no state moves."""

from models.codes import Label

#: What is recorded, and refused, like an event, though no state moves.
AMENDMENTS = {
    "edit": Label("Edit", "Modifier"),
    "new_link": Label("New link", "Nouveau lien"),
    "remind": Label("Remind", "Rappeler"),
    "refund": Label("Refund", "Rembourser"),
    "add_line": Label("Add a line", "Ajouter une ligne"),
    "edit_line": Label("Edit a line", "Modifier une ligne"),
    "remove_line": Label("Leave a line out", "Retirer une ligne"),
}
