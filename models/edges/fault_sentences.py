"""The sentences of everything that may be wrong with a text or a row, in both languages.

``SENTENCES`` is the one home of these texts: what the edges (import, forms, API) and the import operation refuse is made
from its entries by :func:`models.edges.faults.fault`. A sentence tells a clerk what to do, not only what is wrong.
"""

from typing import NamedTuple, Self

from models.codes import Label


class _Sentence(NamedTuple):
    code: str
    en: str
    fr: str
    rule: str


class Sentence(_Sentence):
    """One kind of fault. ``code`` and both texts may name ``{field}``, ``{label}`` and the fault's parameters.

    ``rule`` is the rule of domain §4, "Rules", behind it, if any.
    """

    __slots__ = ()

    def __new__(cls, code: str, en: str, fr: str, rule: str = "") -> Self:
        """The texts are those of a label."""
        return super().__new__(cls, code, *Label(en, fr), rule)


#: What a clerk calls the fields.
LABELS = {
    "asn": Label("ASN", "NEA"),
    "primary_asn": Label("Primary ASN", "NEA principal"),
    "name": Label("Name", "Nom"),
    "last_name": Label("Last name", "Nom de famille"),
    "first_name": Label("First name", "Prénom"),
    "middle_name": Label("Middle name", "Deuxième prénom"),
    "suffix": Label("Suffix", "Suffixe"),
    "preferred_name": Label("Preferred name", "Nom usuel"),
    "birth_date": Label("Birth date", "Date de naissance"),
    "email": Label("E-mail", "Courriel"),
    "language": Label("Language", "Langue"),
    "authority_code": Label("Authority code", "Code de l'autorité scolaire"),
    "authority_name": Label("Authority name", "Nom de l'autorité scolaire"),
    "school_code": Label("School code", "Code de l'école"),
    "school_name": Label("School name", "Nom de l'école"),
    "deceased": Label("Deceased", "Décédé"),
    "hold_until": Label("Hold until", "Suspendu jusqu'au"),
    "address": Label("Address", "Adresse"),
    "address_lines": Label("Address", "Adresse"),
    "city": Label("City", "Ville"),
    "province": Label("Province or state", "Province ou État"),
    "postal_code": Label("Postal code", "Code postal"),
    "country": Label("Country", "Pays"),
    "address_expires": Label("Address expires", "Fin de validité de l'adresse"),
    "credential_type": Label("Credential type", "Type de titre"),
    "status": Label("Status", "État"),
    "delivery_method": Label("Delivery method", "Mode de livraison"),
    "school_year": Label("School year", "Année scolaire"),
    "programme_language": Label("Programme language", "Langue du programme"),
    "credential_number": Label("Credential number", "Numéro du titre"),
    "legacy_number": Label("Legacy number", "Ancien numéro"),
    "awarded_on": Label("Awarded on", "Décerné le"),
    "first_run_on": Label("First-run on", "Première impression le"),
    "consumer_name": Label("Consumer", "Destinataire"),
    "service_name": Label("Service", "Service"),
    "email_domain": Label("E-mail domain", "Domaine de courriel"),
    "note": Label("Note", "Note"),
    "reason": Label("Reason", "Motif"),
    "owner": Label("Owner", "Responsable"),
    "recipient": Label("Recipient", "Destinataire"),
    "recipient_kind": Label("Kind of recipient", "Genre de destinataire"),
    "requested_by": Label("Requested by", "Demandé par"),
    "consumer": Label("Consumer", "Destinataire numérique"),
    "certification_country": Label("Country of certification", "Pays de certification"),
    "sequence": Label("Sequence", "Séquence"),
    "outcome": Label("Outcome", "Résultat"),
    "date": Label("Date", "Date"),
    "spoiled_sheets": Label("Spoiled sheets", "Feuilles gâchées"),
    "row": Label("Row", "Ligne"),
    "file": Label("File", "Fichier"),
}

#: Every kind of fault.
SENTENCES = {
    # Text at every edge (domain §7, "Text at every edge").
    "missing": Sentence(
        "{field}_missing",
        "{label}: fill this in; it may not be empty.",
        "{label} : remplissez ce champ; il ne peut pas être vide.",
    ),
    "null": Sentence(
        "{field}_null",
        "{label}: leave it out, or give a value; null is none here.",
        "{label} : omettez-le ou donnez une valeur; null n'en est pas une ici.",
    ),
    "too_long": Sentence(
        "{field}_too_long",
        "{label}: shorten it to {limit} characters or fewer; it has {length}.",
        "{label} : raccourcissez à {limit} caractères au plus; il y en a {length}.",
    ),
    "character": Sentence(
        "{field}_character_refused",
        "{label}: remove the character {code_point} {name} at position {position}.",
        "{label} : supprimez le caractère {code_point} {name} à la position {position}.",
    ),
    "characters": Sentence(
        "{field}_characters_refused",
        "{label}: {count} further kinds of characters cannot be stored; type this text anew.",
        "{label} : {count} autres sortes de caractères ne peuvent pas être conservées; retapez ce texte.",
    ),
    "outer_space": Sentence(
        "{field}_outer_space",
        "{label}: remove the spaces before and after the text.",
        "{label} : supprimez les espaces avant et après le texte.",
    ),
    "doubled_space": Sentence(
        "{field}_doubled_space",
        "{label}: leave one space only at position {position}.",
        "{label} : ne laissez qu'une espace à la position {position}.",
    ),
    "empty_line": Sentence(
        "{field}_empty_line",
        "{label}: remove this empty line.",
        "{label} : supprimez cette ligne vide.",
    ),
    "email": Sentence(
        "{field}_malformed",
        "{label}: “{value}” is not an e-mail address; write it as name@example.org or leave it empty.",
        "{label} : « {value} » n'est pas une adresse courriel; écrivez-la comme nom@example.org ou laissez vide.",
    ),
    "domain": Sentence(
        "{field}_malformed",
        "{label}: “{value}” is not an e-mail domain; write the part behind the @, such as example.org.",
        "{label} : « {value} » n'est pas un domaine de courriel; écrivez ce qui suit le @, comme example.org.",
    ),
    "consumer_repeated": Sentence(
        "{field}_taken",
        "{label}: a consumer called “{value}” is registered already; choose another name.",
        "{label} : un destinataire nommé « {value} » est déjà inscrit; choisissez un autre nom.",
    ),
    "token_repeated": Sentence(
        "{field}_in_use",
        "{label}: a service called “{value}” has a token already, perhaps a revoked one; choose another name.",
        "{label} : un service nommé « {value} » a déjà un jeton, peut-être révoqué; choisissez un autre nom.",
    ),
    "country": Sentence(
        "{field}_unknown",
        "{label}: “{value}” is not a country; write its ISO code of two capital letters, such as CA.",
        "{label} : « {value} » n'est pas un pays; écrivez son code ISO de deux majuscules, comme CA.",
    ),
    "for_nobody_else": Sentence(
        "{field}_for_nobody_else",
        "{label}: leave this out; only Student Records orders for somebody else.",
        "{label} : omettez cette précision; seuls les Dossiers scolaires commandent pour autrui.",
    ),
    "only_with_order": Sentence(
        "{field}_only_with_order",
        "{label}: leave this out, or have the first-run ordered too; an award alone prints nothing.",
        "{label} : omettez cette précision ou faites aussi commander la première impression; décerner n’imprime rien.",
    ),
    "follows_student": Sentence(
        "{field}_follows_student",
        "{label}: leave this out, or do not ask that the document follow the student.",
        "{label} : omettez cette précision, ou ne demandez pas que le document suive l'élève.",
    ),
    # The forms of single cells.
    "asn": Sentence(
        "{field}_malformed",
        "{label}: “{value}” is not an ASN; write 9 digits, such as 1234-5678-9.",
        "{label} : « {value} » n'est pas un NEA; écrivez 9 chiffres, comme 1234-5678-9.",
    ),
    "credential_number": Sentence(
        "{field}_malformed",
        "{label}: “{value}” is not a credential number; write 10 digits, such as 12345-67890.",
        "{label} : « {value} » n'est pas un numéro de titre; écrivez 10 chiffres, comme 12345-67890.",
    ),
    "legacy_number": Sentence(
        "{field}_malformed",
        "{label}: “{value}” is not a legacy number; write 1 to 20 letters A–Z and digits, nothing else.",
        "{label} : « {value} » n'est pas un ancien numéro; écrivez de 1 à 20 lettres A–Z et chiffres, rien d'autre.",
    ),
    "date": Sentence(
        "{field}_malformed",
        "{label}: “{value}” is not a date; write year-month-day, such as 2026-06-30.",
        "{label} : « {value} » n'est pas une date; écrivez année-mois-jour, comme 2026-06-30.",
    ),
    "school_year": Sentence(
        "{field}_malformed",
        "{label}: “{value}” is not a school year; write two consecutive years from 1905/1906 on, such as 2025/2026, or "
        "leave it empty.",
        "{label} : « {value} » n’est pas une année scolaire; écrivez deux années consécutives à partir de 1905/1906, comme "
        "2025/2026, ou laissez vide.",
    ),
    "year_too_late": Sentence(
        "{field}_too_late",
        "{label}: {value} is too far ahead; write the school year of the award, {latest} at the latest.",
        "{label} : {value} est trop loin dans l’avenir; écrivez l’année scolaire du titre, {latest} au plus tard.",
    ),
    "hold_in_past": Sentence(
        "{field}_in_past",
        "{label}: {value} is over; give today, {today}, or a later day. To end the hold, end it instead (end-hold).",
        "{label} : le {value} est passé; donnez aujourd’hui, le {today}, ou un jour ultérieur. Pour mettre fin à la "
        "suspension, terminez-la plutôt (end-hold).",
    ),
    "sequence": Sentence(
        "{field}_malformed",
        "{label}: “{value}” is not a sequence number; write a whole number from 1 on in the digits 0 to 9.",
        "{label} : « {value} » n’est pas un numéro de séquence; écrivez un nombre entier à partir de 1 avec les "
        "chiffres 0 à 9.",
    ),
    "spoiled_sheets": Sentence(
        "{field}_malformed",
        "{label}: “{value}” is not a number of sheets; write 0 to 10000 in the digits 0 to 9, or leave it empty.",
        "{label} : « {value} » n’est pas un nombre de feuilles; écrivez de 0 à 10000 avec les chiffres 0 à 9, ou "
        "laissez vide.",
    ),
    "choice": Sentence(
        "{field}_unknown",
        "{label}: “{value}” is not known here; write one of {choices}.",
        "{label} : « {value} » n'est pas connu ici; écrivez l'une de ces valeurs : {choices}.",
    ),
    "too_many_lines": Sentence(
        "too_many_lines",
        "Order: it has {limit} lines already; place it and begin another one.",
        "Commande : elle a déjà {limit} lignes; passez-la et commencez-en une autre.",
    ),
    # A row on its own.
    "not_utf8": Sentence(
        "{field}_not_utf8",
        "{label}: the bytes {bytes} are not UTF-8; save the file as UTF-8 and send this row again.",
        "{label} : les octets {bytes} ne sont pas en UTF-8; enregistrez le fichier en UTF-8 et renvoyez cette ligne.",
    ),
    "too_many_cells": Sentence(
        "too_many_cells",
        "Row: it has {cells} cells under {columns} column names; put cells that hold a comma in quotation marks.",
        "Ligne : elle a {cells} cellules sous {columns} noms de colonne; mettez entre guillemets droits les cellules "
        "qui contiennent une virgule.",
    ),
    "unreadable": Sentence(
        "row_unreadable",
        "Row: its quotation marks do not match ({problem}); double those inside a cell and close the last.",
        "Ligne : ses guillemets ne concordent pas ({problem}); doublez ceux d'une cellule et fermez le dernier.",
    ),
    "repeated": Sentence(
        "{field}_repeated",
        "{label}: {value} stands in line {first_line} already; keep one of the two rows.",
        "{label} : {value} figure déjà à la ligne {first_line}; gardez une seule des deux lignes.",
    ),
    "credential_repeated": Sentence(
        "credential_repeated",
        "Row: line {first_line} already gives the {credential_type} of ASN {asn}; keep one of the two rows.",
        "Ligne : la ligne {first_line} donne déjà le {credential_type} du NEA {asn}; gardez une seule des deux lignes.",
    ),
    "own_primary": Sentence(
        "primary_asn_same",
        "Primary ASN: it is this row's own ASN; leave it empty unless the ASN is a secondary one.",
        "NEA principal : c'est le NEA de cette ligne; laissez vide, sauf si le NEA est secondaire.",
    ),
    "awarded_only": Sentence(
        "{field}_only_when_awarded",
        "{label}: leave it empty while the status is achieved, or write awarded as status.",
        "{label} : laissez vide tant que l'état est achieved, ou écrivez awarded comme état.",
    ),
    "number_missing": Sentence(
        "number_missing",
        "Credential number: an awarded credential needs its number, or its legacy number; fill in one of them.",
        "Numéro du titre : un titre décerné exige son numéro ou son ancien numéro; remplissez l'un des deux.",
    ),
    # A receipt against the others of its file, and against its print job.
    "sequence_contradicted": Sentence(
        "sequence_contradicted",
        "Sequence: lines {lines} say different things of envelope {sequence}; send only the one that is right.",
        "Séquence : les lignes {lines} disent des choses différentes de l’enveloppe {sequence}; n’envoyez que celle "
        "qui est juste.",
    ),
    "before_transmission": Sentence(
        "{field}_before_transmission",
        "{label}: {value} is before the print job was handed over, on {transmitted}; correct the date.",
        "{label} : le {value} précède la remise du lot d’impression, le {transmitted}; corrigez la date.",
    ),
    "after_today": Sentence(
        "{field}_after_today",
        "{label}: {value} is after today, {today}; correct the date, or send this row when the day has come.",
        "{label} : le {value} est postérieur à aujourd’hui, le {today}; corrigez la date ou envoyez cette ligne le "
        "jour venu.",
    ),
    # A row against the rest of the extract and against what is stored.
    "student_unknown": Sentence(
        "student_unknown",
        "ASN: no student {asn} is known; import the student first or correct the ASN.",
        "NEA : aucun élève {asn} n'est connu; importez d'abord l'élève ou corrigez le NEA.",
    ),
    "student_rejected": Sentence(
        "student_rejected",
        "ASN: the row of student {asn} was rejected (line {line} of {file}); correct that row, then import both.",
        "NEA : la ligne de l'élève {asn} a été refusée (ligne {line} de {file}); corrigez-la, puis importez les deux.",
    ),
    "primary_unknown": Sentence(
        "primary_unknown",
        "Primary ASN: no student {primary_asn} is known; import that student or correct the ASN.",
        "NEA principal : aucun élève {primary_asn} n'est connu; importez cet élève ou corrigez le NEA.",
    ),
    "primary_rejected": Sentence(
        "primary_rejected",
        "Primary ASN: the row of student {primary_asn} was rejected; correct that row, then import both.",
        "NEA principal : la ligne de l'élève {primary_asn} a été refusée; corrigez-la, puis importez les deux.",
    ),
    "primary_is_secondary": Sentence(
        "primary_is_secondary",
        "Primary ASN: {primary_asn} is a secondary ASN itself; give the primary one it points to.",
        "NEA principal : {primary_asn} est lui-même un NEA secondaire; donnez le NEA principal auquel il renvoie.",
    ),
    "asn_has_secondaries": Sentence(
        "asn_has_secondaries",
        "ASN: {count} other ASNs point to {asn}; point them to {primary_asn} first.",
        "NEA : {count} autres NEA renvoient à {asn}; faites-les d'abord renvoyer à {primary_asn}.",
    ),
    "asn_becomes_secondary_too_early": Sentence(
        "asn_becomes_secondary_too_early",
        "ASN {asn} has {count} orders under way ({items}); let them be sent, or cancel them, then make it secondary.",
        "Le NEA {asn} a {count} commandes en cours ({items}); attendez leur envoi ou annulez-les avant de le rendre "
        "secondaire.",
        rule="11463",
    ),
    "number_differs": Sentence(
        "number_differs",
        "{label}: this credential was awarded under {stored}, the row says {given}; correct the row, or re-issue.",
        "{label} : ce titre a été décerné sous {stored}, la ligne indique {given}; corrigez la ligne ou remplacez le "
        "titre.",
    ),
    "number_taken": Sentence(
        "number_taken",
        "{label}: {number} is the number of another credential (ASN {asn}, {credential_type}); correct the number.",
        "{label} : {number} est le numéro d'un autre titre (NEA {asn}, {credential_type}); corrigez le numéro.",
    ),
    "already_awarded": Sentence(
        "already_awarded",
        "Status: this {credential_type} was awarded under {number} and does not go back to achieved; nothing to do.",
        "État : ce {credential_type} a été décerné sous {number} et ne redevient pas obtenu; rien à faire.",
    ),
    # A file as a whole.
    "file_empty": Sentence(
        "file_empty",
        "{file}: the file is empty; export it again with its header line.",
        "{file} : le fichier est vide; exportez-le de nouveau avec sa ligne d'en-tête.",
    ),
    "file_unreadable": Sentence(
        "file_unreadable",
        "{file}: the first line is not CSV in UTF-8; save the file as “CSV UTF-8 (comma delimited)”.",
        "{file} : la première ligne n'est pas du CSV en UTF-8; enregistrez le fichier en « CSV UTF-8 (virgules) ».",
    ),
    "column_missing": Sentence(
        "column_missing",
        "{file}: the header has no column {column} (it has: {columns}); separate columns by commas and name them so.",
        "{file} : l'en-tête n'a pas de colonne {column} (il a : {columns}); séparez les colonnes par des virgules et "
        "nommez-les ainsi.",
    ),
    "receipts_missing": Sentence(
        "receipts_missing",
        "{file}: it tells of no envelope; write a row for each one under the header.",
        "{file} : il ne parle d’aucune enveloppe; écrivez une ligne pour chacune sous l’en-tête.",
    ),
    "receipts_form": Sentence(
        "receipts_form",
        "A receipts file is CSV in UTF-8, its separator the comma: the header {columns}, then a row for each envelope, "
        "such as {example}.",
        "Un fichier d’accusés de réception est un CSV en UTF-8, séparé par des virgules : l’en-tête {columns}, puis une "
        "ligne par enveloppe, comme {example}.",
    ),
    "column_repeated": Sentence(
        "column_repeated",
        "{file}: the header names the column {column} twice; rename or remove one of them.",
        "{file} : l'en-tête nomme deux fois la colonne {column}; renommez ou supprimez l'une des deux.",
    ),
}
