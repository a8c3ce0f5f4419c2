"""Jobs as time goes by: queued, started, ended, always as of the moment it was due."""

from __future__ import annotations

from dataclasses import replace

from aoai_emulator.operations.job_timeline import (
    STARTED,
    Entry,
    Timeline,
    point,
    steps_done,
    timeline,
)
from aoai_emulator.operations.training import metrics, results_csv
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.file_records import StoredFile, content_path, table
from aoai_emulator.state.job_records import (
    HALTED,
    TERMINAL,
    Checkpoint,
    Event,
    Job,
    TrainedModel,
    checkpoints,
    events,
    jobs,
    trained_models,
)


def catch_up(backend: Backend, account: str) -> None:
    """Bring all jobs of an account up to now, the ends of running ones in the order they came."""
    moment = 0.0
    if not _open_jobs(backend, account):
        return
    while True:
        _start_waiting(backend, account, moment)
        ended = _next_end(backend, account)
        if ended is None:
            break
        moment, job, plan = ended
        _end(backend, job, plan, moment)
    for job in _open_jobs(backend, account):
        if job.started_at is not None:
            going = _go_on(backend, job, timeline(backend, job), _progress(backend, job))
            _complete_pause_or_resume(backend, going)


def _open_jobs(backend: Backend, account: str) -> list[Job]:
    return jobs(backend).list_without(account, "status", TERMINAL)


def _complete_pause_or_resume(backend: Backend, job: Job) -> None:
    """From pausing to paused, from resuming to running."""
    if job.status == "pausing":
        step = steps_done(job, job.reached)
        add_checkpoint(backend, job, step, job.since, stays=True)
        for checkpoint in checkpoints(backend).list(job.id):
            _keep_model(backend, job, checkpoint.model, job.since)
        _write(backend, job, Entry(0.0, "Job paused."), job.since)
        jobs(backend).put(job.account, replace(job, status="paused"))
    elif job.status == "resuming":
        jobs(backend).put(job.account, replace(job, status="running"))


def _progress(backend: Backend, job: Job) -> float:
    if job.status in HALTED:
        return job.reached
    step = backend.pace.of("jobs")
    return step.progress(job.reached, job.since, job.polls, backend.clock.now())


def _moment(backend: Backend, job: Job, at: float) -> float:
    if job.status in HALTED:
        return job.since
    return backend.pace.of("jobs").moment(at, job.reached, job.since, backend.clock.now())


def _start_waiting(backend: Backend, account: str, moment: float) -> None:
    open_jobs = _open_jobs(backend, account)
    busy = sum(job.started_at is not None and job.status not in HALTED for job in open_jobs)
    free = backend.settings.jobs_at_once - busy
    waiting = [job for job in open_jobs if job.started_at is None]
    for job in waiting[: max(0, free)]:
        start = max(job.created_at, moment)
        jobs(backend).put(job.account, replace(job, started_at=start, since=start))


def _next_end(backend: Backend, account: str) -> tuple[float, Job, Timeline] | None:
    ends = []
    for job in _open_jobs(backend, account):
        if job.started_at is None:
            continue
        plan = timeline(backend, job)
        if _progress(backend, job) >= plan.end:
            ends.append((_moment(backend, job, plan.end), job, plan))
    return min(ends, key=lambda each: each[0]) if ends else None


def _go_on(backend: Backend, job: Job, plan: Timeline, progress: float) -> Job:
    """Let everything happen that is due at a progress."""
    due = [entry for entry in plan.entries if entry.at <= progress]
    happened = []
    for entry in due[job.entries_done :]:
        moment = _moment(backend, job, entry.at)
        happened.append(_event(backend, entry, moment))
        if entry.checkpoint is not None:
            add_checkpoint(backend, job, entry.checkpoint, moment)
    events(backend).put_all(job.id, happened)
    begun = any(entry.begins_results for entry in due)
    if begun and not job.results_begun:
        _keep_results(backend, job, 0)
    runs = progress >= STARTED
    status = "running" if job.status == "pending" and runs else job.status
    now = replace(
        job, entries_done=max(job.entries_done, len(due)), status=status, results_begun=begun
    )
    if runs and job.kind == "reinforcement" and job.eval is None:
        now = replace(now, eval=f"eval_{backend.ids.new()}")
    return jobs(backend).put(job.account, now) if now != job else job


def _write(backend: Backend, job: Job, entry: Entry, moment: float) -> None:
    events(backend).put(job.id, _event(backend, entry, moment))


def _event(backend: Backend, entry: Entry, moment: float) -> Event:
    return Event(
        f"ftevent-{backend.ids.new()}", moment, entry.level, entry.message, entry.type, entry.data
    )


def add_checkpoint(
    backend: Backend, job: Job, step: int, moment: float, *, stays: bool = False
) -> None:
    """Keep the model as it was after a step.

    Only the latest few of the epochs' ends stay; one of a pause ``stays`` beside them.
    """
    kept = checkpoints(backend)
    known = kept.list(job.id)
    if any(each.step == step for each in known):
        return
    last = step == job.steps
    name = job.model_name if last else f"{job.model_name}:ckpt-step-{step}"
    made = Checkpoint(
        f"ftchkpt-{backend.ids.new()}", moment, name, step, metrics(job, step), job.id, stays
    )
    kept.put(job.id, made)
    passing = [each for each in (*known, made) if not each.stays]
    for old in passing[: -backend.settings.checkpoints_kept]:
        kept.delete(job.id, old.id)


def _end(backend: Backend, job: Job, plan: Timeline, moment: float) -> None:
    job = _go_on(backend, job, plan, plan.end)
    ended = replace(
        job, status=plan.status, ended_at=moment, failure=plan.failure, reached=plan.end
    )
    if plan.status == "succeeded":
        ended = replace(ended, fine_tuned_model=job.model_name, trained_tokens=_tokens(job))
        _keep_results(backend, job, job.steps)
        for checkpoint in checkpoints(backend).list(job.id):
            _keep_model(backend, job, checkpoint.model, moment)
    jobs(backend).put(job.account, ended)


def _tokens(job: Job) -> int:
    """Tokens times epochs; negative where the service shows -1 epochs to the end."""
    return int(job.tokens * job.chosen["n_epochs"])


def cancel(backend: Backend, job: Job) -> Job:
    """End a job at the user's request. As recorded, no event mentions it."""
    now = backend.clock.now()
    if job.results_begun:
        _keep_results(backend, job, steps_done(job, _progress(backend, job)))
    ended = jobs(backend).put(job.account, replace(job, status="cancelled", ended_at=now))
    _start_waiting(backend, job.account, now)
    return ended


def pause(backend: Backend, job: Job) -> Job:
    """Begin to halt a job after the step that it is at, at least its first.

    It is paused at the next call.
    """
    now = backend.clock.now()
    reached = max(_progress(backend, job), point(job, 1))
    paused = replace(job, status="pausing", reached=reached, since=now)
    jobs(backend).put(job.account, paused)
    _start_waiting(backend, job.account, now)
    return paused


def resume(backend: Backend, job: Job) -> Job:
    """Begin to let a paused job go on."""
    now = backend.clock.now()
    _write(backend, job, Entry(0.0, "Job resumed."), now)
    resumed = replace(job, status="resuming", since=now, delayed=job.delayed + now - job.since)
    return jobs(backend).put(job.account, resumed)


def fail(backend: Backend, job: Job, code: str, message: str) -> Job:
    """End a job as failed, for tests. Without a message it has no error, as some in Azure have."""
    now = backend.clock.now()
    failure = {"code": code, "message": message} if message else None
    if message:
        _write(backend, job, Entry(0.0, message, level="error"), now)
    ended = replace(job, status="failed", ended_at=now, failure=failure)
    jobs(backend).put(job.account, ended)
    _start_waiting(backend, job.account, now)
    return ended


def push(backend: Backend, job: Job, progress: float) -> Job:
    """Set a job's progress, 0 to 1."""
    now = backend.clock.now()
    pushed = replace(job, reached=max(job.reached, progress), since=now)
    return jobs(backend).put(job.account, pushed)


def _keep_model(backend: Backend, job: Job, name: str, moment: float) -> None:
    base = job.model.partition(".ft-")[0]
    model = TrainedModel(name, job.account, base, job.id, job.training_file, moment)
    trained_models(backend).put(job.account, model)


def _keep_results(backend: Backend, job: Job, steps: int) -> None:
    text = results_csv(job, steps)
    content_path(backend, job.result_file).write_text(text, encoding="utf-8")
    known = table(backend).get(job.account, job.result_file)
    made = known.created_at if known else backend.clock.now()
    results = StoredFile(
        id=job.result_file,
        account=job.account,
        filename="results.csv",
        purpose="fine-tune-results",
        bytes=len(text.encode()),
        created_at=made,
        status="processed",
    )
    table(backend).put(job.account, results)
