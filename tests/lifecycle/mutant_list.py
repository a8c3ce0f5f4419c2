"""The mutants: small changes of the code that decides what is ours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One change of one module.

    Attributes:
        before: text that is in the module once.
        after: what it is changed to.
    """

    name: str
    module: str
    before: str
    after: str

    def applied(self, source: str) -> str:
        """The module with the change in it.

        Raises:
            ValueError: the text is not there, or more than once.
        """
        count = source.count(self.before)
        if count != 1:
            msg = f"{self.name}: {self.before!r} is {count} times in {self.module}"
            raise ValueError(msg)
        return source.replace(self.before, self.after)


_HELD = "aoai.resources.held"
_BASE = "aoai.resources.base"
_IDENTITY = "aoai.resources.identity"
_FILE = "aoai.resources.training_file"
_JOB = "aoai.resources.fine_tuning_job"
_JOB_IDENTITY = "aoai.resources.job_identity"
_DEPLOYMENT = "aoai.resources.model_deployment"
_DEPLOYMENT_STATE = "aoai.resources.deployment_state"
_FILE_LIFE = "aoai.azure.lifecycle.training_file"
_JOB_LIFE = "aoai.azure.lifecycle.fine_tuning_job"
_CLAIM = "aoai.azure.lifecycle.deployment_claim"
_DEPLOYMENT_LIFE = "aoai.azure.lifecycle.model_deployment"
_UNDEPLOYMENT = "aoai.azure.lifecycle.undeployment"
_IDEMPOTENCY = "aoai.azure.lifecycle.idempotency"

MUTANTS: tuple[Mutant, ...] = (
    # aoai/resources/held.py
    Mutant("held-at-a-refresh", _HELD, "elif owner in self._declared:", "else:"),
    Mutant("held-in-letter-case", _HELD, "child_key(id_) or id_.lower()", "id_"),
    Mutant(
        "new-name-unread",
        _HELD,
        'str(inputs.get("renamed_to") or owner), inputs, since)',
        "owner, inputs, since)",
    ),
    Mutant(
        "kept-though-replaced",
        _HELD,
        "            if replaced:\n                self._live",
        "            if False:\n                self._live",
    ),
    Mutant(
        "refresh-tells-no-inputs",
        _HELD,
        "if owner not in self._declared and is_known(inputs):",
        "if False:",
    ),
    # aoai/resources/base.py
    Mutant(
        "owner-of-the-program",
        _BASE,
        'computed = {"owner": before["owner"]} if before.get("owner") else {}',
        "computed = {}",
    ),
    Mutant(
        "replacements-forgotten",
        _BASE,
        "count + 1 if forced else count",
        "1 if forced else 0",
    ),
    Mutant(
        "every-replacement-forced",
        _BASE,
        "return not self.changed(before, news, Change.REPLACE)",
        "return True",
    ),
    Mutant("never-forced", _BASE, "count + 1 if forced else count", "count"),
    # aoai/resources/identity.py
    Mutant(
        "file-name-without-replacements",
        _IDENTITY,
        "made = (owner, replacements) if replacements else (owner,)",
        "made = (owner,)",
    ),
    Mutant("file-name-without-owner", _IDENTITY, "-{digest(*made, length=6)}.jsonl", ".jsonl"),
    Mutant("file-name-without-content", _IDENTITY, "{stem}-{sha256[:8]}-", "{stem}-"),
    Mutant(
        "seed-without-inputs",
        _IDENTITY,
        'digest("seed", owner, identity, length=12)',
        'digest("seed", owner, length=12)',
    ),
    Mutant(
        "suffix-without-owner",
        _IDENTITY,
        "tail = digest(owner, identity, length=8)",
        "tail = digest(identity, length=8)",
    ),
    Mutant(
        "suffix-without-inputs",
        _IDENTITY,
        "tail = digest(owner, identity, length=8)",
        "tail = digest(owner, length=8)",
    ),
    Mutant(
        "deployment-name-without-owner",
        _IDENTITY,
        "{digest(owner, model, length=6)}",
        "{digest(model, length=6)}",
    ),
    Mutant(
        "owner-key-without-resource",
        _IDENTITY,
        "digest('owner', owner, length=20)",
        "digest('owner', length=20)",
    ),
    # aoai/resources/training_file.py
    Mutant("file-not-kept", _FILE, "        self.held.keep(file.id)", "        pass"),
    Mutant("file-deleted-though-kept", _FILE, "elif self.held.is_kept(id_):", "elif False:"),
    Mutant("file-never-deleted", _FILE, "remove_file(connect(account), id_)", "pass"),
    # aoai/resources/fine_tuning_job.py
    Mutant("job-not-kept", _JOB, "        self.held.keep(job.id)", "        pass"),
    Mutant("job-deleted-though-kept", _JOB, "if self.held.is_kept(id_):", "if False:"),
    Mutant(
        "job-bound-to-a-group",
        _JOB_IDENTITY,
        '"account.id": place_of(props.get("account") or {}),',
        '"account.id": (props.get("account") or {}).get("id"),',
    ),
    Mutant(
        "job-without-replacements",
        _JOB_IDENTITY,
        '"replacements": props.get("replacements") or 0,',
        '"replacements": 0,',
    ),
    Mutant(
        "job-bound-to-a-file-id",
        _JOB_IDENTITY,
        'if isinstance(props.get(f"{file}_sha256"), str)',
        "if False",
    ),
    Mutant(
        "looks-like-the-replaced-one",
        _JOB_IDENTITY,
        "if suffix and seed is not None and held.is_replaced(owner) and not times:",
        "if False:",
    ),
    Mutant(
        "gone-with-its-record",
        _JOB,
        'return ReadResult(id_, props) if props.get("status") == "succeeded" else self.gone()',
        "return self.gone()",
    ),
    # aoai/resources/model_deployment.py
    Mutant(
        "deployment-not-kept",
        _DEPLOYMENT,
        "        self.held.keep(done.deployment.id)",
        "        pass",
    ),
    Mutant(
        "held-ones-give-way",
        _DEPLOYMENT,
        "deploy(clients, wanted, claim, held, refreshed",
        "deploy(clients, wanted, claim, refreshed",
    ),
    Mutant(
        "dropped-tags-stay", _DEPLOYMENT, 'before = set(olds.get("tags") or {})', "before = set()"
    ),
    Mutant(
        "unmarked-is-not-ours",
        _DEPLOYMENT,
        "state.incarnation or new_incarnation(), state.created_at)",
        "state.incarnation or new_incarnation())",
    ),
    Mutant(
        "created-beside-itself",
        _DEPLOYMENT,
        'for name in ("deployment_name", "model")',
        'for name in ("deployment_name",)',
    ),
    Mutant(
        "taken-back-in-silence",
        _DEPLOYMENT,
        'elif olds.get("taken_over_by"):',
        "elif False:",
    ),
    # aoai/resources/deployment_state.py
    Mutant(
        "newer-incarnation-unseen",
        _DEPLOYMENT_STATE,
        '"incarnation": incarnation_of(live) or claim.incarnation if ours else claim.incarnation',
        '"incarnation": claim.incarnation',
    ),
    Mutant(
        "age-of-others",
        _DEPLOYMENT_STATE,
        '"created_at": iso(live.created_at) if ours else props.get("created_at")',
        '"created_at": iso(live.created_at)',
    ),
    # aoai/azure/lifecycle/training_file.py
    Mutant(
        "any-file-is-ours",
        _FILE_LIFE,
        "if file.filename == self.filename\n            and file.is_usable",
        "if file.is_usable",
    ),
    Mutant(
        "no-file-is-ours",
        _FILE_LIFE,
        "return found or self._agreed(make())",
        "return self._agreed(make())",
    ),
    # aoai/azure/lifecycle/fine_tuning_job.py
    Mutant(
        "job-of-the-state-is-adopted",
        _JOB_LIFE,
        "return succeeds and self._is_echoed_by(job)",
        "return self._is_echoed_by(job)",
    ),
    Mutant(
        "failed-job-is-adopted",
        _JOB_LIFE,
        "if not job.has_failed and is_ours(job)",
        "if is_ours(job)",
    ),
    Mutant(
        "bought-again-without-a-record",
        _JOB_LIFE,
        "if found := look() or remembered():",
        "if found := look():",
    ),
    Mutant(
        "submitted-without-a-look",
        _JOB_LIFE,
        "if found := look() or remembered():",
        "if found := remembered():",
    ),
    Mutant(
        "only-what-is-echoed",
        _JOB_LIFE,
        "if self.derived_suffix or self.derived_seed or job.id in self.same:",
        "if job.id in self.same:",
    ),
    Mutant(
        "other-epochs-are-ours", _JOB_LIFE, "            and self._hyperparameters_fit(job)", ""
    ),
    Mutant("runs-on-after-a-delete", _JOB_LIFE, "if not job.is_terminal:", "if False:"),
    Mutant(
        "record-unfound",
        _JOB_LIFE,
        "made = (model for model in _tuned_models(clients) if job_id_of(model) == job_id)",
        "made = iter(())",
    ),
    # aoai/azure/lifecycle/model_deployment.py
    Mutant(
        "everybody-is-ours",
        _CLAIM,
        "            if key != self.key:",
        "            if False:",
    ),
    Mutant(
        "others-tags-are-dropped",
        _DEPLOYMENT_LIFE,
        '"tags": {**kept, **self.tags, **claim.tags}',
        '"tags": {**self.tags, **claim.tags}',
    ),
    Mutant(
        "deployment-deleted-though-kept",
        _UNDEPLOYMENT,
        "        if is_kept(live.id):",
        "        if False:",
    ),
    Mutant(
        "newer-incarnation-deleted",
        _UNDEPLOYMENT,
        "holder = claim.of(live)\n",
        "holder = Holder.THIS if claim.of(live) is Holder.SAME_OWNER else claim.of(live)\n",
    ),
    Mutant(
        "others-deployment-deleted",
        _UNDEPLOYMENT,
        "if holder not in (Holder.THIS, Holder.SAME_OWNER):",
        "if False:",
    ),
    Mutant("held-one-gives-way", _DEPLOYMENT_LIFE, " and not _is_held(other, held)", ""),
    Mutant(
        "nothing-gives-way",
        _DEPLOYMENT_LIFE,
        "        if claim.of(other) is Holder.SAME_OWNER and",
        "        if False and",
    ),
    Mutant(
        "everything-gives-way",
        _DEPLOYMENT_LIFE,
        "        if claim.of(other) is Holder.SAME_OWNER and",
        "        if",
    ),
    Mutant("taken-without-asking", _DEPLOYMENT_LIFE, "    if wanted.adopt:", "    if True:"),
    # aoai/azure/lifecycle/idempotency.py
    Mutant(
        "not-looked-for",
        _IDEMPOTENCY,
        "if found := search(look, retry_policy, lookup, doubt):",
        "if found := None:",
    ),
    Mutant(
        "looked-for-once",
        _IDEMPOTENCY,
        "for pause in schedule.pauses:",
        "for pause in schedule.pauses[:1]:",
    ),
    Mutant(
        "looking-may-fail",
        _IDEMPOTENCY,
        "        raise ResponseUnknown(problem)",
        "        return None",
    ),
)
