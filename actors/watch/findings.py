"""What ``orders doctor`` may find, and what to do about each, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.codes import Label


class Level(StrEnum):
    """How bad a finding is, from good to bad."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that may be found: its code, what it is, and what to do about it (nothing where all is well)."""

    code: str
    level: Level
    text: Label
    advice: Label | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A kind that was found, with the values for the braces in its texts."""

    kind: Kind
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The finding in both languages."""
        return self.kind.text.in_(language).format(**self.params)

    def advice(self, language: str) -> str | None:
        """What to do about the finding, in both languages."""
        advice = self.kind.advice
        return None if advice is None else advice.in_(language).format(**self.params)


_ALL: dict[str, Kind] = {}


def _well(code: str, en: str, fr: str) -> None:
    _ALL[code] = Kind(code, Level.OK, Label(en, fr))


def _warning(code: str, text: Label, advice: Label) -> None:
    _ALL[code] = Kind(code, Level.WARNING, text, advice)


def _error(code: str, text: Label, advice: Label) -> None:
    _ALL[code] = Kind(code, Level.ERROR, text, advice)


def found(code: str, **params: Any) -> Finding:
    """The finding ``code``. Raises KeyError for one that is not declared here."""
    return Finding(_ALL[code], params)


def every_kind() -> list[Kind]:
    """Every kind of finding."""
    return list(_ALL.values())


_well("secret_is_own", "The secret is your own.", "Le secret est le vôtre.")
_warning(
    "secret_is_default",
    Label(
        "ORDERS_SECRET is the default: anybody can make verification codes that look genuine.",
        "ORDERS_SECRET a sa valeur par défaut : n'importe qui peut fabriquer des codes de vérification plausibles.",
    ),
    Label(
        "Set ORDERS_SECRET to a long random text of your own before any real document is printed.",
        "Donnez à ORDERS_SECRET un long texte aléatoire avant d'imprimer un vrai document.",
    ),
)
_well("database_answers", "The database {url} answers.", "La base de données {url} répond.")
_error(
    "database_is_down",
    Label(
        "The database {url} does not answer ({error}).", "La base de données {url} ne répond pas ({error})."
    ),
    Label(
        "Start it, or correct ORDERS_DATABASE_URL; for a new SQLite file run: orders init",
        "Démarrez-la ou corrigez ORDERS_DATABASE_URL; pour un nouveau fichier SQLite, exécutez : orders init",
    ),
)
_well("database_is_current", "The database is up to date.", "La base de données est à jour.")
_error(
    "database_is_older",
    Label(
        "The database is empty or older than this program.",
        "La base de données est vide ou plus ancienne que ce programme.",
    ),
    Label("Run: orders init", "Exécutez : orders init"),
)
_error(
    "database_is_newer",
    Label(
        "The database is newer than this program (revision {revision}).",
        "La base de données est plus récente que ce programme (révision {revision}).",
    ),
    Label(
        "Install the program's newer version on this machine; the database keeps its revision.",
        "Installez la version plus récente du programme sur cette machine; la base garde sa révision.",
    ),
)
_warning(
    "database_is_not_durable",
    Label(
        "PostgreSQL runs with {setting} = off: what was committed may be lost in a power cut.",
        "PostgreSQL fonctionne avec {setting} = off : des données validées peuvent se perdre lors d'une panne.",
    ),
    Label(
        "Set {setting} = on in postgresql.conf, then: SELECT pg_reload_conf()",
        "Mettez {setting} = on dans postgresql.conf, puis : SELECT pg_reload_conf()",
    ),
)
_well(
    "redis_is_not_used",
    "No Redis is set: the embedded worker (orders work) does everything.",
    "Aucun Redis n'est défini : l'agent intégré (orders work) fait tout.",
)
_well("redis_answers", "Redis answers.", "Redis répond.")
_error(
    "redis_is_down",
    Label("Redis does not answer ({error}).", "Redis ne répond pas ({error})."),
    Label(
        "Start it, or correct ORDERS_REDIS_URL. Nothing is lost meanwhile: work goes on when it is back.",
        "Démarrez-le ou corrigez ORDERS_REDIS_URL. Rien ne se perd entre-temps : le travail reprendra ensuite.",
    ),
)
_warning(
    "redis_evicts",
    Label(
        "Redis may drop messages when its memory is full (maxmemory-policy {policy}).",
        "Redis peut jeter des messages quand sa mémoire est pleine (maxmemory-policy {policy}).",
    ),
    Label(
        "Set maxmemory-policy noeviction. Nothing is lost, but work waits for its lease to lapse.",
        "Mettez maxmemory-policy noeviction. Rien ne se perd, mais le travail attend la fin des baux.",
    ),
)
_warning(
    "queue_is_not_served",
    Label(
        "{waiting} messages wait in the queue {queue}, and no worker has taken any for a minute.",
        "{waiting} messages attendent dans la file {queue} sans qu'un agent en prenne depuis une minute.",
    ),
    Label(
        "Start a worker: orders worker (systemd: systemctl status orders-worker)",
        "Démarrez un agent : orders worker (systemd : systemctl status orders-worker)",
    ),
)
_well("store_is_writable", "{url} ({setting}) can be written.", "{url} ({setting}) : on peut y écrire.")
_error(
    "store_is_not_writable",
    Label(
        "{url} ({setting}) can't be written ({error}).",
        "{url} ({setting}) : impossible d'y écrire ({error}).",
    ),
    Label(
        "Mount it, give this user the right to write there, or correct {setting}.",
        "Montez-le, donnez à cet utilisateur le droit d'y écrire ou corrigez {setting}.",
    ),
)
_warning(
    "store_is_nearly_full",
    Label(
        "{url} ({setting}) has only {free_mb} MB left.", "{url} ({setting}) : il ne reste que {free_mb} Mo."
    ),
    Label(
        "Make room: a wave of 10,000 documents needs about 2,000 MB.",
        "Libérez de l'espace : une vague de 10 000 documents demande environ 2 000 Mo.",
    ),
)
_well(
    "masters_are_kept",
    "Every page master that a reorder may need is in the document store ({number}).",
    "Chaque modèle de page dont une nouvelle commande peut avoir besoin est dans le dépôt ({number}).",
)
_warning(
    "masters_are_lost",
    Label(
        "{number} page masters that documents were printed with are missing or altered, among them {master}.",
        "{number} modèles de page dont des documents sont issus sont absents ou modifiés, dont {master}.",
    ),
    Label(
        "Restore masters/ and faces/ of the document store from a backup: without them reorders of those documents are"
        " held (CO-08).",
        "Restaurez masters/ et faces/ du dépôt de documents d'une sauvegarde : sans eux, les nouvelles commandes de ces"
        " documents sont suspendues (CO-08).",
    ),
)
_well("clock_is_right", "The clocks agree.", "Les horloges concordent.")
_warning(
    "clock_is_frozen",
    Label("ORDERS_CLOCK freezes time at {now}.", "ORDERS_CLOCK arrête le temps à {now}."),
    Label(
        "Unset ORDERS_CLOCK unless this is a drill: no lease lapses and no date comes.",
        "Retirez ORDERS_CLOCK sauf pour un exercice : aucun bail n'expire et aucune date n'arrive.",
    ),
)
_warning(
    "clock_differs",
    Label(
        "This machine's clock and the database's differ by {seconds} seconds.",
        "L'horloge de cette machine et celle de la base de données diffèrent de {seconds} secondes.",
    ),
    Label(
        "Let both follow a time server (timedatectl set-ntp true): leases depend on it.",
        "Réglez les deux sur un serveur de temps (timedatectl set-ntp true) : les baux en dépendent.",
    ),
)
_error(
    "time_zone_is_unknown",
    Label("The time zone America/Edmonton is not right.", "Le fuseau America/Edmonton n'est pas correct."),
    Label("Install the tzdata package anew.", "Réinstallez le paquet tzdata."),
)
_well("nothing_is_stuck", "Nothing is stuck.", "Rien n'est bloqué.")
_warning(
    "step_is_late",
    Label(
        "{number} wait for the step {step}, the oldest for {minutes} minutes.",
        "{number} attendent l'étape {step}, le plus ancien depuis {minutes} minutes.",
    ),
    Label(
        "See that a worker and a scheduler run (or: orders work), and look for “step failed” in their logs.",
        "Vérifiez qu'un agent et un ordonnanceur tournent (ou : orders work); cherchez « step failed » au journal.",
    ),
)
_warning(
    "leases_have_lapsed",
    Label(
        "{number} leases have lapsed and nobody has taken their work back.",
        "{number} baux ont expiré sans que personne ait repris leur travail.",
    ),
    Label(
        "Start a scheduler and a worker, or run: orders work",
        "Démarrez un ordonnanceur et un agent, ou exécutez : orders work",
    ),
)
_warning(
    "jobs_have_failed",
    Label(
        "{number} print jobs could not be handed over.", "{number} lots d'impression n'ont pas pu être remis."
    ),
    Label(
        "See why with orders print-jobs, mend it, then: orders print-job resend JOB",
        "Voyez pourquoi avec orders print-jobs, corrigez, puis : orders print-job resend JOB",
    ),
)
_warning(
    "steps_keep_failing",
    Label(
        "{number} items are held because a step failed three times (CO-90).",
        "{number} articles sont suspendus parce qu'une étape a échoué trois fois (CO-90).",
    ),
    Label(
        "Look at one with orders items --error CO-90; once mended: orders items-do release --error CO-90",
        "Voyez-en un avec orders items --error CO-90; une fois corrigé : orders items-do release --error CO-90",
    ),
)
