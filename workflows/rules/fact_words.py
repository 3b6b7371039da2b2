"""What each fact that a rule looks at is called, in both languages, within a list after "looks at"."""

from collections.abc import Iterable, Mapping

from models.codes import Label

#: What people read before the facts of a rule.
LOOKS_AT = Label("Looks at: {facts}", "Examine : {facts}")

#: Every fact that some rule names as its parameter, and no other; no label has a comma, which stands between them.
FACTS: Mapping[str, Label] = {
    "active_number": Label("the number that is active now", "le numéro actif actuellement"),
    "amount": Label("the amount in dollars", "le montant en dollars"),
    "amount_cents": Label("the amount in cents", "le montant en cents"),
    "asking": Label(
        "whether it is only asked what would happen", "si l'on demande seulement ce qui se produirait"
    ),
    "at": Label("the instant of the request", "l'instant de la demande"),
    "awarded_types": Label(
        "the types of the student's awarded credentials", "les types des titres décernés à l'élève"
    ),
    "changes": Label("the new values of the edited fields", "les nouvelles valeurs des champs modifiés"),
    "consumer": Label("the digital document consumer", "le destinataire de documents numériques"),
    "consumer_is_active": Label(
        "whether the digital document consumer is active",
        "si le destinataire de documents numériques est actif",
    ),
    "credential": Label("the credential", "le titre"),
    "credential_number": Label("the credential number to print", "le numéro de titre à imprimer"),
    "destination": Label("the address to which the item goes", "l'adresse à laquelle va l'article"),
    "document_fault": Label("any fault of the stored document", "tout défaut du document conservé"),
    "envelopes": Label(
        "the number of envelopes in the print job", "le nombre d'enveloppes du lot d'impression"
    ),
    "envelopes_without_outcome": Label(
        "the number of envelopes without an outcome", "le nombre d'enveloppes sans résultat"
    ),
    "error_is_given": Label("whether an error was found", "si une erreur a été trouvée"),
    "event": Label("the event that is wanted", "l'événement demandé"),
    "first_master_fault": Label(
        "any fault of the master with which the document was first printed",
        "tout défaut du modèle avec lequel le document a d'abord été imprimé",
    ),
    "first_run": Label("the first-run that was made", "la première impression déjà faite"),
    "is_own": Label("whether the order is that of whoever acts", "si la commande est celle de qui agit"),
    "is_paid": Label("whether the item was paid for", "si l'article a été payé"),
    "item": Label("the item", "l'article"),
    "items_under_way": Label("the items under way", "les articles en cours"),
    "job": Label("the print job", "le lot d'impression"),
    "job_is_full": Label("whether the print job is full", "si le lot d'impression est plein"),
    "lines": Label("the number of lines in the order", "le nombre de lignes de la commande"),
    "link": Label("the link to the digital document", "le lien vers le document numérique"),
    "live_reorders": Label(
        "the item's reorders that are not cancelled", "les nouvelles commandes non annulées de l'article"
    ),
    "name_differs": Label(
        "whether the legal name differs from the awarded one",
        "si le nom légal diffère du nom au titre décerné",
    ),
    "no_copy_confirmed": Label(
        "the confirmation that the print provider holds no copy",
        "la confirmation que l'imprimeur ne détient aucune copie",
    ),
    "note": Label("the note given", "la note donnée"),
    "order": Label("the order", "la commande"),
    "primary_asn": Label("the student's primary ASN", "le NEA principal de l'élève"),
    "printed_name": Label("the printed name", "le nom imprimé"),
    "problems": Label(
        "what keeps the file from being a waybill", "ce qui empêche le fichier de servir de bordereau"
    ),
    "read_back": Label(
        "the hashes of both files as read back from the drop",
        "les empreintes des deux fichiers relues dans le dépôt",
    ),
    "reason": Label("the reason given", "le motif donné"),
    "recipient": Label("the recipient's name", "le nom du destinataire"),
    "rival": Label(
        "any other active one that could rule it out", "tout autre qui est actif et peut l'exclure"
    ),
    "role": Label("the role of whoever acts", "le rôle de qui agit"),
    "school_year": Label("the school year of the award", "l'année scolaire du titre décerné"),
    "similar_reprints": Label(
        "open or recent reprints of the credential for the recipient",
        "les réimpressions en cours ou récentes du titre pour le destinataire",
    ),
    "special_handling": Label("the state of special handling", "l'état du traitement spécial"),
    "standing_errors": Label("the stored errors that still stand", "les erreurs conservées qui subsistent"),
    "state": Label("the present state", "l'état actuel"),
    "stopped_owner": Label(
        "the worker that stopped or gives the item back",
        "le travailleur qui s'est arrêté ou qui rend l'article",
    ),
    "stored_errors": Label("the errors stored with the item", "les erreurs conservées avec l'article"),
    "student": Label("the student", "l'élève"),
    "student_hold": Label("the student's hold in force", "la suspension de l'élève en vigueur"),
    "today": Label("today's date", "la date du jour"),
    "too_late": Label(
        "the states in which an item waits for no waybill any more",
        "les états où un article n'attend plus de bordereau",
    ),
    "transaction": Label("the payment's transaction id", "le numéro de transaction du paiement"),
    "transmission": Label(
        "whether transmission to the provider is switched on", "si la transmission à l'imprimeur est activée"
    ),
    "types_in_run": Label("the student's types in this run", "les types de l'élève dans ce lot"),
}


def listed(facts: Iterable[str]) -> Label:
    """Facts as a list with commas, in the order in which they are given."""
    labels = [FACTS[each] for each in facts]
    return Label.said(", ".join(each.in_(language) for each in labels) for language in ("en", "fr"))
