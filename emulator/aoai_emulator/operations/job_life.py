"""Jobs as time goes by: queued, started, told, ended, always as of the moment it was due."""

from __future__ import annotations

from dataclasses import replace

from aoai_emulator.operations.job_timeline import STARTED, Line, Story, steps_done, story
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


def settle(backend: Backend, account: str) -> None:
    """Bring all jobs of an account up to now, the ends of running ones in the order they came."""
    moment = 0.0
    if not _open_jobs(backend, account):
        return
    while True:
        _start_waiting(backend, account, moment)
        ended = _next_end(backend, account)
        if ended is None:
            break
        moment, job, tale = ended
        _end(backend, job, tale, moment)
    for job in _open_jobs(backend, account):
        if job.started_at is not None:
            told = _tell(backend, job, story(backend, job), _progress(backend, job))
            _turn(backend, told)


def _open_jobs(backend: Backend, account: str) -> list[Job]:
    return jobs(backend).list_without(account, "status", TERMINAL)


def _turn(backend: Backend, job: Job) -> None:
    """Finish what pause and resume have begun."""
    if job.status == "pausing":
        add_checkpoint(backend, job, steps_done(job, job.reached), job.since)
        for checkpoint in checkpoints(backend).list(job.id):
            _keep_model(backend, job, checkpoint.model, job.since)
        _write(backend, job, Line(0.0, "Job paused."), job.since)
        jobs(backend).put(job.account, replace(job, status="paused"))
    elif job.status == "resuming":
        jobs(backend).put(job.account, replace(job, status="running"))


def _progress(backend: Backend, job: Job) -> float:
    if job.status in HALTED:
        return job.reached
    step = backend.pace.of("jobs")
    return step.progress(job.reached, job.since, job.looks, backend.clock.now())


def _moment(backend: Backend, job: Job, point: float) -> float:
    if job.status in HALTED:
        return job.since
    return backend.pace.of("jobs").moment(point, job.reached, job.since, backend.clock.now())


def _start_waiting(backend: Backend, account: str, moment: float) -> None:
    open_jobs = _open_jobs(backend, account)
    busy = sum(job.started_at is not None and job.status not in HALTED for job in open_jobs)
    free = backend.settings.jobs_at_once - busy
    waiting = [job for job in open_jobs if job.started_at is None]
    for job in waiting[: max(0, free)]:
        start = max(job.created_at, moment)
        jobs(backend).put(job.account, replace(job, started_at=start, since=start))


def _next_end(backend: Backend, account: str) -> tuple[float, Job, Story] | None:
    ends = []
    for job in _open_jobs(backend, account):
        if job.started_at is None:
            continue
        tale = story(backend, job)
        if _progress(backend, job) >= tale.end:
            ends.append((_moment(backend, job, tale.end), job, tale))
    return min(ends, key=lambda each: each[0]) if ends else None


def _tell(backend: Backend, job: Job, tale: Story, progress: float) -> Job:
    due = [line for line in tale.lines if line.at <= progress]
    for line in due[job.told :]:
        _write(backend, job, line, _moment(backend, job, line.at))
    begun = any(line.begins_results for line in due)
    if begun and not job.results_begun:
        _keep_results(backend, job, 0)
    status = "running" if job.status == "pending" and progress >= STARTED else job.status
    told = replace(job, told=max(job.told, len(due)), status=status, results_begun=begun)
    return jobs(backend).put(job.account, told) if told != job else job


def _write(backend: Backend, job: Job, line: Line, moment: float) -> None:
    event = Event(
        f"ftevent-{backend.ids.new()}", moment, line.level, line.message, line.type, line.data
    )
    events(backend).put(job.id, event)
    if line.checkpoint is not None:
        add_checkpoint(backend, job, line.checkpoint, moment)


def add_checkpoint(backend: Backend, job: Job, step: int, moment: float) -> None:
    """Keep the model as it was after a step; only the latest few stay."""
    last = step == job.steps
    name = job.model_name if last else f"{job.model_name}:ckpt-step-{step}"
    found = Checkpoint(
        f"ftchkpt-{backend.ids.new()}", moment, name, step, metrics(job, step), job.id
    )
    kept = checkpoints(backend)
    kept.put(job.id, found)
    for old in kept.list(job.id)[: -backend.settings.checkpoints_kept]:
        kept.delete(job.id, old.id)


def _end(backend: Backend, job: Job, tale: Story, moment: float) -> None:
    told = _tell(backend, job, tale, tale.end)
    ended = replace(
        told, status=tale.status, ended_at=moment, failure=tale.failure, reached=tale.end
    )
    if tale.status == "succeeded":
        ended = replace(
            ended, fine_tuned_model=job.model_name, trained_tokens=job.tokens * job.epochs
        )
        _keep_results(backend, job, job.steps)
        for checkpoint in checkpoints(backend).list(job.id):
            _keep_model(backend, job, checkpoint.model, moment)
    jobs(backend).put(job.account, ended)


def cancel(backend: Backend, job: Job) -> Job:
    """End a job by the user's wish."""
    now = backend.clock.now()
    _write(backend, job, Line(0.0, "Job cancelled."), now)
    if job.results_begun:
        _keep_results(backend, job, steps_done(job, _progress(backend, job)))
    ended = jobs(backend).put(job.account, replace(job, status="cancelled", ended_at=now))
    _start_waiting(backend, job.account, now)
    return ended


def pause(backend: Backend, job: Job) -> Job:
    """Begin to halt a job where it is; it is paused at the next look."""
    reached, now = _progress(backend, job), backend.clock.now()
    paused = replace(job, status="pausing", reached=reached, since=now)
    jobs(backend).put(job.account, paused)
    _start_waiting(backend, job.account, now)
    return paused


def resume(backend: Backend, job: Job) -> Job:
    """Begin to let a paused job go on."""
    _write(backend, job, Line(0.0, "Job resumed."), backend.clock.now())
    resumed = replace(job, status="resuming", since=backend.clock.now())
    return jobs(backend).put(job.account, resumed)


def steps_of(backend: Backend, job: Job) -> int:
    """How many steps a job has done by now."""
    return steps_done(job, _progress(backend, job))


def fail(backend: Backend, job: Job, code: str, message: str) -> Job:
    """End a job as failed, with the words given; for tests, by hand."""
    now = backend.clock.now()
    _write(backend, job, Line(0.0, message, level="error"), now)
    failure = {"code": code, "message": message, "param": None}
    ended = replace(job, status="failed", ended_at=now, failure=failure)
    jobs(backend).put(job.account, ended)
    _start_waiting(backend, job.account, now)
    return ended


def push(backend: Backend, job: Job, progress: float) -> Job:
    """Set a job's progress by hand, 0 to 1."""
    pushed = replace(job, reached=max(job.reached, progress), since=backend.clock.now())
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
