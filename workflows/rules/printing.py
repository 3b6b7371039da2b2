"""Rules of print jobs, their items and their envelopes."""

from typing import TYPE_CHECKING, Any

from models.codes import DeliveryMethod, PrintJobState, Role
from workflows.rules.rule import No, Verdict, rule

if TYPE_CHECKING:
    from workflows.facts.kinds import ItemFacts, JobFacts


@rule(
    "CO-19",
    title=("The print job is open", "Le lot d'impression est ouvert"),
    message=(
        "Print job {job} is {state}, not open.",
        "Le lot d'impression {job} n'est pas ouvert; état : {state}.",
    ),
)
def job_is_open(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-19: content changes only while the job is open; where no job of the key is open yet, a new one will be."""
    job = facts.job
    if job is None or job.state is PrintJobState.OPEN:
        return True
    return No({"job": job.id, "state": job.state})


@rule(
    "CO-20",
    title=(
        "Type, language and delivery method are the job's",
        "Le type, la langue et le mode de livraison sont ceux du lot",
    ),
    message=(
        "The item does not belong in print job {job}.",
        "L'article ne va pas dans le lot d'impression {job}.",
    ),
    who=Role.SYSTEM,
)
def item_matches_job(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-20: a print job holds items of one type, one language and one delivery method."""
    job = facts.job
    if job is None:
        return True
    key = (facts.credential.credential_type, item.language, item.delivery_method)
    return True if key == (job.credential_type, job.language, job.delivery_method) else No({"job": job.id})


@rule(
    "CO-21",
    title=("The print job is below its maximum", "Le lot d'impression n'est pas plein"),
    message=("Print job {job} is full.", "Le lot d'impression {job} est plein."),
    who=Role.SYSTEM,
)
def job_is_below_maximum(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-21: 500 envelopes or 250 MB of documents, unless the settings say otherwise."""
    return No({"job": facts.job.id}) if facts.job is not None and facts.job_is_full else True


@rule(
    "CO-22",
    title=("The delivery is physical", "La livraison est physique"),
    message=(
        "This is for documents on paper; the item is digital.",
        "Réservé au papier; l'article est numérique.",
    ),
)
def delivery_is_physical(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-22: print jobs and failed deliveries are for documents on paper."""
    return No() if item.delivery_method is DeliveryMethod.DIGITAL else True


@rule(
    "CO-28",
    title=(
        "The job has an envelope to release, none to discard",
        "Le lot a une enveloppe pour être lancé, aucune pour être abandonné",
    ),
    message=(
        "The open job holds {envelopes} envelope(s): it is released with at least one, discarded with none.",
        "Le lot ouvert contient {envelopes} enveloppe(s) : on le lance avec au moins une, on l'abandonne vide.",
    ),
)
def envelopes_fit_event(job: Any, facts: "JobFacts") -> Verdict:
    """CO-28: ≥ 1 envelope at release, none at the discard of an open job."""
    fits = facts.envelopes == 0 if facts.command.event == "discard" else facts.envelopes > 0
    return True if fits else No({"envelopes": facts.envelopes})


@rule(
    "CO-29",
    title=("The provider holds no copy", "L'imprimeur ne détient aucune copie"),
    message=(
        "Confirm that the print provider holds no copy of the file.",
        "Confirmez que l'imprimeur ne détient aucune copie du fichier.",
    ),
)
def provider_holds_no_copy(job: Any, facts: "JobFacts") -> Verdict:
    """CO-29: Student Records confirms, when it discards a job, that the provider holds no copy of its file."""
    return True if facts.command.asking or (facts.given or {}).get("no_copy_confirmed") else No()


@rule(
    "CO-30",
    title=("Every sequence number has an outcome", "Chaque numéro de séquence a un résultat"),
    message=("{open} envelope(s) have no outcome yet.", "{open} enveloppe(s) n'ont pas encore de résultat."),
    who=Role.PRINT_PROVIDER,
)
def every_envelope_has_outcome(job: Any, facts: "JobFacts") -> Verdict:
    """CO-30: a job is closed once the provider has reported an outcome for each of its envelopes."""
    return No({"open": facts.envelopes_without_outcome}) if facts.envelopes_without_outcome else True


@rule(
    "CO-31",
    title=("Transmission is switched on", "La transmission est activée"),
    message=(
        "Transmission to the provider is switched off.",
        "La transmission à l'imprimeur est désactivée.",
    ),
    who=Role.OPERATIONAL_SUPPORT,
)
def transmission_is_on(job: Any, facts: "JobFacts") -> Verdict:
    """CO-31 for transmission; the switch of job creation stops the print job agent's step."""
    return True if facts.settings.transmission else No()


@rule(
    "CO-32",
    title=(
        "Both files are in the drop with their hashes",
        "Les deux fichiers sont dans le dépôt avec leurs empreintes",
    ),
    message=(
        "The drop does not hold these as written: {files}.",
        "Le dépôt ne contient pas tels quels : {files}.",
    ),
    who=Role.OPERATIONAL_SUPPORT,
)
def files_are_in_drop(job: Any, facts: "JobFacts") -> Verdict:
    """CO-32: ``given`` carries the SHA-256 read back from the drop."""
    expected = {"file": job.sha256, "manifest": job.manifest_sha256}
    read_back = facts.given or {}
    wrong = [name for name, sha256 in expected.items() if sha256 is None or read_back.get(name) != sha256]
    return No({"files": wrong}) if wrong else True


@rule(
    "CO-34",
    title=("The item's print job is discarded", "Le lot d'impression de l'article est abandonné"),
    message=(
        "The item's print job{job} is not discarded.",
        "Le lot d'impression{job} de l'article n'est pas abandonné.",
    ),
    who=Role.SYSTEM,
    optional={"job": (" {job}", " {job}")},
)
def job_is_discarded(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-34 *(ours)*: guards ``remove_from_print_job`` (domain §2, "remove_from_print_job"): items leave a job for another when it is discarded."""
    job = facts.job
    return True if job is not None and job.state is PrintJobState.DISCARDED else No(_of(job))


@rule(
    "CO-35",
    title=("The item's print job was accepted", "Le lot d'impression de l'article a été accepté"),
    message=(
        "The item's print job{job} has not been accepted yet.",
        "Le lot d'impression{job} de l'article n'a pas encore été accepté.",
    ),
    who=Role.SYSTEM,
    optional={"job": (" {job}", " {job}")},
)
def job_was_accepted(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-35 *(ours)*: guards ``dispatch`` (domain §2, "dispatch"): items are sent when the drop has taken their job's files."""
    job = facts.job
    return True if job is not None and job.state is PrintJobState.TRANSMITTED else No(_of(job))


def _of(job: Any) -> dict[str, int]:
    """The parameters of a refusal that names the item's job, where it has one."""
    return {} if job is None else {"job": job.id}


@rule(
    "CO-91",
    title=("The stored document is present and unaltered", "Le document conservé est présent et intact"),
    message=("The stored document {fault}.", "Le document conservé {fault}."),
    who=Role.OPERATIONAL_SUPPORT,
)
def document_is_intact(item: Any, facts: "ItemFacts") -> Verdict:
    """CO-91: its SHA-256 is the one recorded when it was rendered."""
    return No({"fault": facts.document_fault}) if facts.document_fault else True
